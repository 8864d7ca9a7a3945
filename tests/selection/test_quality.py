"""The quality guard."""

import math

import pytest

from greenrules.errors import UsageError
from greenrules.selection import QualityLoss, quality_guard

HALF_PERCENT = QualityLoss.parse("0.5%")


def test_a_loss_is_relative_with_a_percent_sign_and_absolute_without():
    assert QualityLoss.parse("0.5%").allowed(-40.0) == pytest.approx(0.2)
    assert QualityLoss.parse(" 0.005 ").allowed(-40.0) == 0.005
    assert QualityLoss.parse("0").allowed(1.0) == 0.0


@pytest.mark.parametrize("text", ["", "much", "-1%", "nan", "inf", "5%%"])
def test_what_is_no_loss_is_refused_with_a_remedy(text):
    with pytest.raises(UsageError) as caught:
        QualityLoss.parse(text)
    assert "0.5%" in caught.value.remedy


def test_without_seeds_it_is_a_point_comparison_and_called_that():
    verdict = quality_guard([0.900], [0.897], "higher", HALF_PERCENT)
    assert (verdict.ok, verdict.kind) == (True, "point")
    assert "point comparison" in verdict.reason
    assert not quality_guard([0.900], [0.890], "higher", HALF_PERCENT).ok


def test_lower_may_be_better():
    assert quality_guard([10.0], [9.0], "lower", HALF_PERCENT).ok
    assert not quality_guard([10.0], [10.1], "lower", HALF_PERCENT).ok


def test_over_seeds_the_whole_interval_must_lie_within_the_tolerance():
    steady = quality_guard([0.90, 0.91, 0.92], [0.899, 0.909, 0.919], "higher", HALF_PERCENT)
    assert (steady.ok, steady.kind) == (True, "interval")
    # The same mean loss, but it may as well be much more.
    shaky = quality_guard([0.90, 0.91, 0.92], [0.92, 0.88, 0.927], "higher", HALF_PERCENT)
    assert not shaky.ok
    assert shaky.loss.low < 0 < shaky.loss.high


def test_exactly_what_is_allowed_is_allowed():
    assert quality_guard([0.3], [0.2], "higher", QualityLoss(0.1, False)).ok
    assert quality_guard([0.9], [0.9], "higher", QualityLoss(0.0, False)).ok


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_quality_that_is_no_number_never_passes(value):
    verdict = quality_guard([0.9], [value], "higher", HALF_PERCENT)
    assert not verdict.ok
    assert "candidate" in verdict.reason
    assert "baseline" in quality_guard([value], [0.9], "higher", HALF_PERCENT).reason


def test_no_quality_at_all_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError):
        quality_guard([], [0.9], "higher", HALF_PERCENT)
