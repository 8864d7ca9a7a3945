"""EAOI, break-even, critical idle share and noise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenrules.selection import (
    Estimate,
    Load,
    baseline_noise,
    break_even,
    critical_idle_share,
    eaoi,
    edp,
    energy_at_idle_share,
)


def ratio(center, low, high):
    return Estimate(center, low, high, 0.95, 0.01, 0.0, 5, "t")


def test_eaoi_weighs_quality_against_energy():
    assert eaoi(0.9, 0.9, 100.0, 50.0) == pytest.approx(2.0)
    assert eaoi(0.90, 0.88, 100.0, 50.0) == pytest.approx(0.88 / 0.90 * 2)


def test_eaoi_of_a_loss_turns_the_quality_ratio_round():
    assert eaoi(2.0, 1.0, 100.0, 50.0, "lower") == pytest.approx(4.0)
    assert eaoi(2.0, 4.0, 100.0, 50.0, "lower") == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("base", "quality", "better"),
    [
        (-0.2, 0.5, "higher"),
        (0.0, 0.5, "higher"),
        (0.5, -0.1, "higher"),
        (0.0, 0.1, "lower"),
        (0.5, 0.0, "lower"),
        (-1.0, -2.0, "lower"),
        (math.nan, 0.5, "higher"),
        (0.5, math.inf, "higher"),
    ],
)
def test_eaoi_is_absent_where_a_sign_makes_it_meaningless(base, quality, better):
    assert eaoi(base, quality, 100.0, 50.0, better) is None


def test_eaoi_is_absent_without_energies():
    assert eaoi(0.5, 0.5, 0.0, 1.0) is None
    assert eaoi(0.5, 0.5, 1.0, math.nan) is None


def test_edp_is_energy_times_time():
    assert edp(10.0, 3.0) == 30.0


def test_break_even_carries_the_interval_of_the_saving():
    result = break_even(1000.0, 100.0, ratio(0.5, 0.4, 0.6))
    assert (result.low, result.median, result.high) == (17.0, 20.0, 25.0)


def test_break_even_may_never_come():
    assert break_even(1000.0, 100.0, ratio(0.9, 0.7, 1.1)).high is None
    assert break_even(1000.0, 100.0, ratio(1.1, 0.9, 1.3)) is None


def test_fewer_cores_for_longer_save_only_below_a_critical_idle_share():
    baseline, candidate = Load(10.0, 1.0), Load(20.0, 0.25)
    share = critical_idle_share(baseline, candidate)
    # 10 = 20 (s + (1 - s) / 4)  =>  s = 1/3
    assert share == pytest.approx(1 / 3)
    assert energy_at_idle_share(baseline, share, 100.0) == pytest.approx(energy_at_idle_share(candidate, share, 100.0))


def test_no_critical_share_where_time_is_saved_too_or_nothing_is():
    assert critical_idle_share(Load(10.0, 0.5), Load(5.0, 0.5)) is None
    assert critical_idle_share(Load(10.0, 0.5), Load(11.0, 0.5)) is None
    assert critical_idle_share(Load(10.0, 0.5), Load(10.0, 0.5)) is None


@given(*[st.floats(0.1, 100), st.floats(0.01, 1)] * 2)
def test_at_the_critical_share_both_use_the_same(t1, u1, t2, u2):
    share = critical_idle_share(Load(t1, u1), Load(t2, u2))
    if share is not None:
        one, two = energy_at_idle_share(Load(t1, u1), share), energy_at_idle_share(Load(t2, u2), share)
        assert one == pytest.approx(two, rel=1e-6, abs=1e-9)


def test_noise_is_judged_from_three_runs_on_and_harder_from_ten():
    assert baseline_noise([1.0]).rsd is None
    assert baseline_noise([1.0, 1.2]).verdict == "unknown"
    assert baseline_noise([1.0, 1.01, 0.99]).verdict == "quiet"
    assert baseline_noise([1.0, 1.2, 0.8]).verdict == "noisy"
    three_percent = [1.03, 0.97] * 5
    assert baseline_noise(three_percent[:8]).verdict == "quiet"
    assert baseline_noise(three_percent).verdict == "noisy"
    assert baseline_noise([2.0, 2.0, 2.0]).rsd == 0.0
