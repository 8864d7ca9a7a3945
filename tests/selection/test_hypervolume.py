"""The hypervolume, against moocore and pymoo."""

import moocore
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymoo.indicators.hv import HV

from greenrules.selection import hypervolume

CUBE = [[100, 0.10, 10], [60, 0.12, 9], [80, 0.10, 9.5], [50, 0.30, 4], [120, 0.09, 12], [60, 0.12, 9], [90, 0.11, 11]]


def tables(values):
    shapes = st.tuples(st.integers(1, 9), st.integers(1, 5))
    return shapes.flatmap(lambda shape: arrays(np.float64, shape, elements=values))


@settings(deadline=None)
@given(tables(st.integers(0, 6).map(float)) | tables(st.floats(0, 6)))
def test_agrees_with_moocore_and_pymoo(costs):
    reference = np.full(costs.shape[1], 5.0)
    ours = hypervolume(costs, reference)
    assert ours == pytest.approx(HV(ref_point=reference)(costs), rel=1e-9, abs=1e-9)
    if costs.shape[1] > 1:
        assert ours == pytest.approx(moocore.hypervolume(costs, ref=reference), rel=1e-9, abs=1e-9)


def test_the_pinned_examples():
    plane = [[1, 5], [2, 3], [4, 1]]
    assert hypervolume(plane, [6, 6]) == 17
    assert hypervolume([*plane, [7, 0.5]], [6, 6]) == 17
    assert hypervolume([[7, 7]], [6, 6]) == 0
    assert hypervolume(CUBE, [130, 0.35, 13]) == pytest.approx(90.0)


ODD = st.sampled_from([np.nan, np.inf, -np.inf])


@settings(deadline=None)
@given(tables(st.one_of(st.integers(0, 6).map(float), ODD)))
def test_with_nan_and_infinities_the_oracle_agrees_on_the_rows_that_are_left(costs):
    reference = np.full(costs.shape[1], 5.0)
    finite = costs[np.isfinite(costs).all(axis=1)]
    expected = HV(ref_point=reference)(finite) if len(finite) else 0.0
    assert hypervolume(costs, reference) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.integers(1, 2).flatmap(lambda n: arrays(np.float64, (n, 3), elements=st.integers(0, 6).map(float))))
def test_one_and_two_candidates_against_moocore(costs):
    reference = np.full(3, 5.0)
    assert hypervolume(costs, reference) == pytest.approx(moocore.hypervolume(costs, ref=reference), abs=1e-9)
    assert hypervolume(np.concatenate([costs, costs]), reference) == hypervolume(costs, reference)


def test_rows_that_are_not_finite_add_nothing():
    assert hypervolume([[1, 5], [np.nan, 0], [-np.inf, 0], [2, 3], [4, 1]], [6, 6]) == 17


def test_no_rows_have_no_volume():
    assert hypervolume(np.empty((0, 2)), [1, 1]) == 0
    assert hypervolume([[np.nan, np.nan]], [1, 1]) == 0


@given(tables(st.floats(0, 6)), st.integers(0, 8))
def test_a_further_row_never_makes_it_smaller(costs, drop):
    reference = np.full(costs.shape[1], 5.0)
    fewer = np.delete(costs, drop % len(costs), axis=0)
    assert hypervolume(fewer, reference) <= hypervolume(costs, reference) + 1e-9


@pytest.mark.parametrize("reference", [[1.0], [1.0, np.inf], [np.nan, 1.0]])
def test_a_reference_that_does_not_fit_is_refused(reference):
    with pytest.raises(ValueError, match="reference"):
        hypervolume([[0.0, 0.0]], reference)
