"""Choices are enumerated, ranges narrowed by golden section."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenrules.selection import ParameterSearch, Stop


def play(search, cost):
    """Values run, in order."""
    values = []
    while not isinstance(value := search.next(), Stop):
        assert value not in values
        values.append(value)
        result = cost(value)
        search.observe(value, result, result is not None)
    return values


def test_every_choice_is_run_once_the_current_first():
    search = ParameterSearch(choices=[32, 128, 512, 128], current=128)
    assert play(search, lambda v: 1000 / v) == [128, 32, 512]
    assert search.best() == 512


def test_the_current_value_stays_unless_another_is_one_percent_better():
    search = ParameterSearch(choices=["a", "b"], current="a")
    play(search, {"a": 100.0, "b": 99.5}.get)
    assert search.best() == "a"


@given(st.integers(17, 4000))
def test_golden_section_finds_the_bottom_of_a_valley_on_a_log_scale(bottom):
    search = ParameterSearch(bounds=(16, 4096), runs=30)
    values = play(search, lambda v: (math.log(v) - math.log(bottom)) ** 2 + 1)
    assert all(isinstance(v, int) and 16 <= v <= 4096 for v in values)
    assert abs(math.log(search.best() / bottom)) < 0.12
    assert len(values) < 14


def test_a_range_of_fractions_stays_one():
    search = ParameterSearch(bounds=(0.1, 0.9), scale="linear", runs=20)
    play(search, lambda v: abs(v - 0.3) + 1)
    assert search.best() == pytest.approx(0.3, abs=0.02)


def test_the_number_of_runs_is_limited():
    search = ParameterSearch(bounds=(1.0, 1000.5), current=10.0, runs=5)
    assert len(play(search, lambda v: v)) == 5


def test_a_small_range_of_whole_numbers_ends_by_itself():
    search = ParameterSearch(bounds=(1, 4))
    assert play(search, lambda v: 10 - v) == [1, 2, 3, 4]
    assert search.best() == 4


def test_the_best_whole_number_of_a_valley_is_found_exactly():
    search = ParameterSearch(bounds=(1, 64), runs=20)
    play(search, lambda v: abs(v - 6) + 1)
    assert search.best() == 6


def test_values_that_do_not_work_are_avoided():
    search = ParameterSearch(bounds=(16, 4096), runs=12)
    play(search, lambda v: None if v > 500 else 1 + 100 / v)
    assert search.best() <= 500
    broken = ParameterSearch(bounds=(16, 4096))
    play(broken, lambda v: None)
    assert broken.best() is None


def test_a_reading_that_is_no_number_is_none():
    search = ParameterSearch(choices=[1, 2])
    search.observe(1, math.nan)
    search.observe(2, 5.0)
    assert search.best() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"choices": []},
        {"choices": [1], "bounds": (1, 2)},
        {"bounds": (2, 1)},
        {"bounds": (0, 5)},
        {"bounds": (-1.0, math.inf), "scale": "linear"},
    ],
)
def test_what_is_neither_choices_nor_a_range_is_refused(arguments):
    with pytest.raises(ValueError):
        ParameterSearch(**arguments)
