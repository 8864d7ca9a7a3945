"""Our own quantiles, against SciPy's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from greenrules.selection.student import normal_cdf, normal_density, t_quantile, t_tail

DEGREES = st.floats(0.5, 500) | st.integers(1, 60).map(float)


@given(st.floats(1e-6, 1 - 1e-6), DEGREES)
def test_quantiles_are_scipys(probability, degrees):
    expected = stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-8, abs=1e-9)


@given(st.floats(-60, 60), DEGREES)
def test_tails_are_scipys(t, degrees):
    assert t_tail(t, degrees) == pytest.approx(stats.t.sf(t, degrees), rel=1e-9, abs=1e-300)


def test_pinned_quantiles_of_the_tables():
    assert t_quantile(0.975, 4) == pytest.approx(2.7764451052)
    assert t_quantile(0.95, 2) == pytest.approx(2.9199855804)
    assert t_quantile(0.5, 3) == 0.0
    assert t_tail(math.inf, 3) == 0.0
    assert t_tail(-math.inf, 3) == 1.0


def test_the_normal_is_scipys():
    z = np.linspace(-6, 6, 41)
    assert normal_cdf(z) == pytest.approx(stats.norm.cdf(z), abs=1e-15)
    assert normal_density(z) == pytest.approx(stats.norm.pdf(z))


@pytest.mark.parametrize(("probability", "degrees"), [(0.0, 3), (1.0, 3), (math.nan, 3), (0.5, 0), (0.5, -1)])
def test_out_of_range_is_refused(probability, degrees):
    with pytest.raises(ValueError):
        t_quantile(probability, degrees)
