from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenrules.models import Interval
from greenrules.report import numbers

NARROW = "\u00a0"


def plain(words: object) -> str:
    return str(words).replace(NARROW, " ")


def interval(median: float, low: float, high: float) -> Interval:
    return Interval(median=median, low=low, high=high)


@pytest.mark.parametrize(
    ("joules", "shown"),
    [
        (interval(412.3, 405.1, 419.7), "412 J [405, 420]"),
        (1234.0, "1.23 kJ"),
        (999.7, "1.00 kJ"),
        (0.0123, "12.3 mJ"),
        (4.2e6, "4.20 MJ"),
        (1e40, "1.00×10⁴⁰ J"),
        (0.0, "0.00 J"),
        (-3.0, "−3.00 J"),
        (None, "not known"),
        (math.nan, "not known"),
        (interval(1.0, math.nan, 2.0), "not known"),
        (interval(5.0, 5.0, 5.0), "5.00 J"),
    ],
)
def test_joules_get_a_prefix_and_the_digits_their_interval_allows(joules: object, shown: str) -> None:
    assert plain(numbers.energy(joules)) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0123, "12.3 ms"),
        (90.0, "90.0 s"),
        (150.0, "2.50 min"),
        (9000.0, "2.50 h"),
        (interval(2.31, 2.2, 2.45), "2.31 s [2.20, 2.45]"),
    ],
)
def test_seconds_become_minutes_only_from_two_minutes_on(seconds: object, shown: str) -> None:
    assert plain(numbers.time(seconds)) == shown


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (interval(0.64, 0.59, 0.69), "−36 % [−41, −31]"),
        (interval(1.2, 1.1, 1.3), "+20 % [+10, +30]"),
        (interval(4.0, 3.0, 5.2), "×4.0 [3.0, 5.2]"),
        (interval(1.0, 1.0, 1.0), "0.00 % [0.00, 0.00]"),
    ],
)
def test_a_ratio_is_told_as_a_signed_change(ratio: Interval, shown: str) -> None:
    assert plain(numbers.change(ratio)) == shown


def test_a_bound_that_excludes_zero_is_never_rounded_to_zero() -> None:
    assert plain(numbers.change(interval(0.95, 0.9, 0.9997))) == "−5.00 % [−10.00, −0.03]"


def test_a_saving_has_no_sign_and_its_bounds_in_order() -> None:
    assert plain(numbers.saving(interval(0.64, 0.59, 0.69))) == "36 % [31, 41]"


def test_differences_of_quality_keep_their_sign() -> None:
    assert numbers.difference(0.909, 0.912) == "−0.003"
    assert numbers.difference(0.9731, 0.9722) == "+0.0009"
    assert numbers.difference(0.9, 0.9) == "±0"
    assert numbers.difference(math.nan, 0.9) == ""


FLOATS = st.floats(allow_nan=True, allow_infinity=True)
INTERVALS = st.builds(Interval, median=FLOATS, low=FLOATS, high=FLOATS)


@given(st.one_of(FLOATS, INTERVALS, st.none()))
@example(interval(1e-9, 0.0, 1.7e308))
@example(interval(1e-9, -1.7e308, 1.7e308))
def test_every_figure_can_be_shown_in_a_few_characters(value: float | Interval | None) -> None:
    for show in (numbers.energy, numbers.time, numbers.number):
        words = str(show(value))
        assert words
        assert len(words) < 70
        assert "nan" not in words
        assert "inf" not in words


@given(st.one_of(st.none(), INTERVALS))
@example(interval(8.9e-58, 10.0, 10.0))
@example(interval(1e61, 0.0, 0.0))
def test_every_ratio_can_be_shown(ratio: Interval | None) -> None:
    assert 0 < len(str(numbers.change(ratio))) < 70


@given(FLOATS)
@example(1.8e306)
def test_every_share_can_be_shown(value: float) -> None:
    assert 0 < len(numbers.share(value)) < 20


@given(st.floats(0.2, 0.999), st.floats(0.0, 0.3), st.floats(0.0, 0.3))
def test_shown_bounds_exclude_zero_exactly_when_the_figures_do(middle: float, down: float, up: float) -> None:
    ratio = interval(middle, middle - down, middle + up)
    _, high = str(numbers.change(ratio).bounds or "[0, 0]").strip("[]").split(",")
    shown = float(high.replace("−", "-").strip())
    if abs(ratio.high - 1) > 1e-5:
        assert (shown < 0) == numbers.below_one(ratio)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
def test_the_figure_shown_is_the_figure_meant(value: float) -> None:
    words = numbers.number(value).head
    if "×" not in words:
        assert float(words.replace("−", "-")) == pytest.approx(value, rel=1e-3, abs=1e-4)
