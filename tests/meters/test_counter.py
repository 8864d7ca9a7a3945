from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.meters.counter import CounterSpec, CounterState, advance, reading

INTEL = CounterSpec(1e-6, 262_143_328_850)
AMD_TDP = CounterSpec(2.0**-16, 2**32, 4 * 280)


def run(spec: CounterSpec, steps: list[tuple[float, int | None]]) -> CounterState:
    """(seconds, value) after one another."""
    state, t_ns = CounterState(), 0
    for seconds, raw in steps:
        t_ns += round(seconds * 1e9)
        state, _ = advance(state, spec, raw, t_ns)
    return state


def test_one_wrap_is_modulo_the_range() -> None:
    state = run(INTEL, [(0, 262_143_000_000), (1, 1_000_000)])
    assert state.joules == pytest.approx(0.328850 + 1.0)
    assert state.marks == 0


def test_a_failed_read_in_the_middle_loses_nothing() -> None:
    state = run(INTEL, [(0, 5_000_000), (1, None), (1, None), (1, 65_000_000)])
    assert state.joules == pytest.approx(60)
    assert (state.marks, state.stale) == (0, False)


def test_a_failed_read_over_a_wrap_loses_nothing() -> None:
    state = run(INTEL, [(0, 262_143_000_000), (1, None), (1, 1_000_000)])
    assert state.joules == pytest.approx(1.32885)


def test_a_backwards_glitch_is_marked_and_not_billed_as_a_wrap() -> None:
    state = run(INTEL, [(0, 900_000_000), (1, 800_000_000)])
    assert (state.joules, state.marks) == (0, 1)
    assert state.lost_s == pytest.approx(1)


def test_a_backwards_glitch_is_not_a_wrap_even_within_a_millisecond() -> None:
    assert run(INTEL, [(0, 900_000_000), (0.001, 800_000_000)]).joules == 0


def test_a_reset_in_the_upper_half_is_no_wrap_because_no_power_explains_it() -> None:
    state = run(INTEL, [(0, 200_000_000_000), (0.01, 0), (0.01, 5_000_000)])
    assert (state.joules, state.marks) == (5, 1)


def test_after_a_downward_blip_the_counter_returns_and_only_what_is_certain_is_billed() -> None:
    state = run(INTEL, [(0, 900_000_000), (1, 800_000_000), (1, 910_000_000)])
    assert state.joules == pytest.approx(10)
    assert state.marks == 2


def test_after_a_reset_the_counter_goes_on_from_there() -> None:
    state = run(INTEL, [(0, 900_000_000), (1, 0), (1, 30_000_000)])
    assert (state.joules, state.marks) == (pytest.approx(30), 1)


def test_an_upward_blip_is_not_billed_and_its_neighbours_are() -> None:
    state = run(INTEL, [(0, 0), (1, 50_000_000), (1, 90_000_000_000), (1, 150_000_000), (1, 200_000_000)])
    assert state.joules == pytest.approx(200)
    assert state.marks == 1


def test_impossible_power_is_judged_only_over_a_tenth_of_a_second() -> None:
    assert run(INTEL, [(0, 0), (0.2, 1_000_000_000)]).marks == 1
    assert run(INTEL, [(0, 0), (0.001, 20_000_000)]).joules == 20


def test_a_pause_in_which_it_may_have_wrapped_twice_is_not_guessed() -> None:
    state = run(INTEL, [(0, 100), (600, 50_000_000)])
    assert (state.joules, state.marks) == (0, 1)


def test_with_a_known_tdp_the_same_pause_is_trusted() -> None:
    spec = CounterSpec(1e-6, 262_143_328_850, 4 * 15)
    assert run(spec, [(0, 100), (600, 50_000_100)]).joules == pytest.approx(50)


def test_without_a_range_a_step_back_is_not_known() -> None:
    spec = CounterSpec(1e-6, None)
    assert run(spec, [(0, 900), (1, 100)]).marks == 1
    assert run(spec, [(0, 100), (1, 900_000)]).joules == pytest.approx(0.8999)


def test_a_first_read_that_fails_is_told() -> None:
    state = run(INTEL, [(0, None), (2, 100), (1, 1_000_100)])
    assert (state.joules, state.marks, state.lost_s) == (1, 1, 2)


def test_a_stale_reading_says_for_how_long() -> None:
    state, t_ns = CounterState(raw=5, t_ns=0), 3_000_000_000
    state, _ = advance(state, INTEL, None, t_ns)
    assert reading(state, t_ns).stale_s == 3


SPECS = st.sampled_from([INTEL, AMD_TDP, CounterSpec(2.0**-14, 2**32), CounterSpec(1e-6, 65_532_610_987)])
#: Pause, share of the impossible power, and whether the read fails.
STEPS = st.lists(
    st.tuples(
        st.one_of(st.floats(0.0005, 0.09), st.floats(0.1, 30), st.floats(30, 2_000)), st.floats(0, 0.99), st.booleans()
    ),
    min_size=1,
    max_size=30,
)


@given(SPECS, st.floats(0, 1), STEPS)
@settings(max_examples=400, deadline=None)
def test_any_sequence_of_reads_wraps_and_failures_sums_to_the_truth_or_says_that_it_does_not_know(
    spec: CounterSpec, start: float, steps: list[tuple[float, float, bool]]
) -> None:
    assert spec.modulus is not None
    steps_so_far = first = int(start * (spec.modulus - 1))
    t_ns = 0
    state, _ = advance(CounterState(), spec, first, t_ns)
    for pause, load, fails in steps:
        t_ns += round(pause * 1e9)
        steps_so_far += int(load * spec.limit_w * pause / spec.unit_j)
        state, _ = advance(state, spec, None if fails else steps_so_far % spec.modulus, t_ns)
    true_j = (steps_so_far - first) * spec.unit_j
    known = reading(state, t_ns)
    if known.marks or known.stale_s > 0:
        assert known.joules <= true_j * (1 + 1e-9) + 1e-6
    else:
        assert known.joules == pytest.approx(true_j, rel=1e-9, abs=1e-6)


@given(SPECS, STEPS)
@settings(max_examples=200, deadline=None)
def test_a_watched_counter_always_knows(spec: CounterSpec, steps: list[tuple[float, float, bool]]) -> None:
    """At the period that the watchdog keeps no interval is ever marked."""
    assert spec.modulus is not None
    value, t_ns = 0, 0
    state, _ = advance(CounterState(), spec, 0, 0)
    for pause, load, _ in steps:
        pause = min(pause, spec.poll_s)
        t_ns += round(pause * 1e9)
        value += int(load * spec.limit_w * pause / spec.unit_j)
        state, _ = advance(state, spec, value % spec.modulus, t_ns)
    assert state.marks == 0
    assert state.joules == pytest.approx(value * spec.unit_j, rel=1e-9)


FALLS = st.lists(
    st.tuples(st.floats(0.1, 2), st.floats(0, 0.99), st.none() | st.integers(1, 7)), min_size=2, max_size=20
)


def fall_back(spec: CounterSpec, steps: list[tuple[float, float, int | None]]) -> tuple[CounterState, float, float]:
    """State, true joules and seconds where the counter shows some sixteenths of its range less than it should."""
    assert spec.modulus is not None
    value = t_ns = 0
    state, _ = advance(CounterState(), spec, 0, t_ns)
    for pause, load, fall in steps:
        t_ns += round(pause * 1e9)
        value += int(load * spec.limit_w * pause / spec.unit_j)
        shown = value if fall is None else value - fall * spec.modulus // 16
        state, _ = advance(state, spec, shown % spec.modulus, t_ns)
    return state, value * spec.unit_j, t_ns / 1e9


@given(SPECS, FALLS)
@settings(max_examples=300, deadline=None)
def test_a_read_that_falls_back_is_never_billed_and_always_told(
    spec: CounterSpec, steps: list[tuple[float, float, int | None]]
) -> None:
    """Now and then the counter falls back, and the next read shows the truth again."""
    alone = [
        (pause, load, fall if place == 0 or steps[place - 1][2] is None else None)
        for place, (pause, load, fall) in enumerate(steps)
    ]
    state, true_j, _ = fall_back(spec, alone)
    if any(fall is not None for _, _, fall in alone):
        assert state.marks > 0
        assert state.joules <= true_j * (1 + 1e-9) + 1e-5
    else:
        assert state.joules == pytest.approx(true_j, rel=1e-9, abs=1e-6)


@given(SPECS, FALLS)
@settings(max_examples=300, deadline=None)
def test_reads_that_fall_back_in_a_row_are_told_and_never_billed_beyond_what_the_part_can_draw(
    spec: CounterSpec, steps: list[tuple[float, float, int | None]]
) -> None:
    """Falls of different sizes in a row can look like a reset and work since: only the power bounds what is billed."""
    state, _, seconds = fall_back(spec, steps)
    assert state.marks > 0 or all(fall is None for _, _, fall in steps)
    assert state.joules <= spec.limit_w * seconds * (1 + 1e-9)


def test_two_bad_values_at_once_are_not_taken_for_what_was_used_since_the_last_good_one() -> None:
    """Within a tenth of a second a power says nothing, but after a glitch a jump of 98 kJ is another."""
    state = run(INTEL, [(0, 0), (0.06, 196_000_000_000), (0.03, 98_000_000_000)])
    assert (state.joules, state.marks) == (0, 2)
