"""Which combination is run next, and when the search stops."""

import math

import pytest

from greenrules.selection import Limits, Stop, SubsetSearch, Trial, Unit


def subset(*names):
    return frozenset(names)


def units(text):
    return [Unit(name) for name in text.split()]


def play(search, effects, fails=(), limit=100):
    """Run the search in a world without noise; the trials made, and why it stopped."""
    trials = []
    while not isinstance(step := search.next(), Stop):
        energy = 100 * math.exp(sum(effects.get(name, 0.0) for name in step.subset))
        bad = any(f <= step.subset for f in fails)
        search.observe(step, energy, energy / 50, not bad)
        trials.append(step)
        assert len(trials) < limit
    return trials, step.reason


def test_every_single_is_screened_once_beside_two_baselines():
    search = SubsetSearch(units("a b c d"))
    trials, _ = play(search, {})
    first = trials[:6]
    assert sorted(t.purpose for t in first) == ["baseline"] * 2 + ["single"] * 4
    assert {t.subset for t in first} == {subset(), *map(frozenset, "abcd")}
    assert first[0].purpose == "baseline"
    assert 0 < [t.purpose for t in first].index("baseline", 1) < 5


def test_the_best_combination_is_found_and_leads_the_finalists():
    search = SubsetSearch(units("a b c d e"))
    play(search, {"a": -0.5, "b": -0.3, "c": 0.2, "d": -0.1})
    assert search.finalists()[0].subset == subset("a", "b", "d")
    assert search.finalists()[0].energy_ratio == pytest.approx(math.exp(-0.9), rel=0.05)


def test_asking_twice_gives_the_same_answer():
    search = SubsetSearch(units("a b c"), seed=4)
    for energy in (100.0, 80.0, 101.0, 60.0):
        assert search.next() == search.next()
        search.observe(search.next(), energy, 1.0)


def test_the_same_seed_and_observations_resume_the_same_search():
    first = SubsetSearch(units("a b c d"), seed=7)
    trials, reason = play(first, {"a": -0.4, "b": -0.2})
    again = SubsetSearch(units("a b c d"), seed=7)
    for trial, seen in zip(trials, first.observations, strict=True):
        assert again.next() == trial
        again.observe(seen.subset, seen.energy_j, seen.time_s, seen.feasible)
    assert again.next() == Stop(reason)
    assert again.finalists() == first.finalists()


def test_seeds_differ_in_the_order_of_screening():
    orders = set()
    for seed in range(6):
        trials, _ = play(SubsetSearch(units("a b c d"), seed=seed), {})
        orders.add(tuple(t.subset for t in trials if t.purpose == "single"))
    assert len(orders) > 1


def test_what_is_expected_to_be_worth_most_is_screened_first():
    search = SubsetSearch([Unit("a"), Unit("b", worth=-0.5), Unit("c", worth=-0.1), Unit("d", worth=0.1)])
    trials, _ = play(search, {})
    assert [min(t.subset) for t in trials if t.purpose == "single"] == ["b", "c", "a", "d"]


def test_what_contains_a_failing_set_is_not_run():
    search = SubsetSearch(units("a b c"))
    trials, _ = play(search, {"a": -0.5, "b": -0.5, "c": -0.4}, fails=[subset("a"), subset("b", "c")])
    assert search.failing == (subset("a"), subset("b", "c"))
    later = [t.subset for t in trials if len(t.subset) > 1]
    assert later == [subset("b", "c")]
    assert search.finalists()[0].subset == subset("b")


def test_the_one_stranger_in_a_failing_set_is_out():
    search = SubsetSearch(units("a b c"))
    for names, works in (("", True), ("", True), ("a", True), ("b", True), ("ac", False)):
        search.observe(frozenset(names), 90.0, 1.0, works)
    assert subset("c") in search.failing


def test_a_run_that_gave_no_reading_counts_as_failed():
    search = SubsetSearch(units("a"))
    search.observe(subset(), 100.0, 1.0)
    search.observe(subset("a"), None, None)
    search.observe(subset(), 100.0, 1.0)
    assert search.failing == (subset("a"),)
    assert isinstance(search.next(), Stop)
    assert search.finalists() == []


def test_exclusions_needs_and_groups_are_kept():
    rivals = [Unit("d", group="g"), Unit("e", group="g")]
    search = SubsetSearch([Unit("a", excludes=subset("b")), Unit("b"), Unit("c", needs=subset("b")), *rivals])
    trials, _ = play(search, {"a": -0.3, "b": -0.3, "c": -0.3, "d": -0.3, "e": -0.2})
    for trial in trials:
        assert not {"a", "b"} <= trial.subset
        assert not {"d", "e"} <= trial.subset
        assert "c" not in trial.subset or "b" in trial.subset
    assert search.finalists()[0].subset == subset("b", "c", "d")


def test_units_that_do_nothing_do_not_stay():
    search = SubsetSearch(units("a b c d"))
    play(search, {"a": -0.6})
    assert search.finalists()[0].subset == subset("a")


def test_nothing_to_try_costs_nothing():
    search = SubsetSearch([])
    assert search.next() == Stop("there is nothing to try")
    assert search.finalists() == []
    assert search.spent.energy_j == 0


def test_hopeless_units_are_not_run():
    search = SubsetSearch([Unit("tiny", share=0.001), Unit("a")])
    assert [p.id for p in search.pruned] == ["tiny"]
    trials, _ = play(search, {"a": -0.2})
    assert all("tiny" not in t.subset for t in trials)


def test_it_stops_when_no_combination_is_expected_to_improve():
    _, reason = play(SubsetSearch(units("a b")), {"a": -0.3, "b": 0.2})
    assert "expected to improve" in reason


def test_few_future_runs_make_it_stop_early():
    effects = {"a": -0.1, "b": -0.1, "c": -0.05, "d": -0.1}
    often, _ = play(SubsetSearch(units("a b c d"), expected_runs=1000), effects)
    seldom, reason = play(SubsetSearch(units("a b c d"), expected_runs=2), effects)
    assert len(seldom) < len(often)
    assert "costs more than it is expected to save over 2 runs" in reason


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(energy_j=1500.0, baseline_runs=None), "1500 J"),
        (Limits(time_s=30.0, baseline_runs=None), "30 s"),
        (Limits(baseline_runs=15.0), "15 baseline runs"),
    ],
)
def test_the_ceiling_leaves_room_for_the_confirmation(limits, word):
    search = SubsetSearch(units("a b c d e f g h i j"), limits=limits)
    _, reason = play(search, dict.fromkeys("abcdefghij", -0.05))
    assert word in reason
    ceiling = min(limits.energy_j or 1e9, (limits.baseline_runs or 1e9) * 100, (limits.time_s or 1e9) * 50)
    finalists = search.finalists()
    assert finalists
    confirmation = 5 * (100 + sum(100 * f.energy_ratio for f in finalists[1:]))
    assert search.spent.energy_j + confirmation <= ceiling + 5 * 100


def test_singles_are_stacked_on_the_best_when_there_is_no_room_for_each_alone():
    names = [f"u{i:02}" for i in range(14)]
    search = SubsetSearch([Unit("z", worth=-1.0), *(Unit(n) for n in names)], limits=Limits(baseline_runs=15))
    trials, _ = play(search, {"z": -2.0, "u07": -0.3})
    stacked = [t for t in trials if t.purpose == "stacked"]
    assert stacked
    assert all("z" in t.subset for t in stacked)
    assert search.spent.energy_j < 15 * 100
    assert {"z", "u07"} <= search.finalists()[0].subset


@pytest.mark.slow
def test_thirty_units_are_searched_by_beam():
    names = [f"u{i:02}" for i in range(31)]
    search = SubsetSearch([Unit(n) for n in names], limits=Limits(baseline_runs=None))
    play(search, {"u03": -0.5, "u17": -0.4, "u30": -0.2})
    assert search.finalists()[0].subset == subset("u03", "u17", "u30")


def test_a_hopeless_run_can_be_stopped_at_one_and_a_half_times_the_incumbents_bound():
    search = SubsetSearch(units("a b c"))
    assert search.next().abort_above_j is None
    search.observe(subset(), 100.0, 1.0)
    single = search.next()
    assert 150 < single.abort_above_j < 180
    trials, _ = play(search, {"a": -1.0, "b": -0.2, "c": -0.2})
    # A combination is measured against the best known, not against the baseline.
    assert min(t.abort_above_j for t in trials if t.purpose in ("subset", "stacked")) < 90


def test_the_baseline_is_never_stopped_however_much_better_others_are():
    search = SubsetSearch(units("a b"))
    search.observe(subset(), 10.0, 1.0)
    search.observe(subset("a"), 2.0, 1.0)
    second = search.next()
    assert second.subset == subset()
    assert second.abort_above_j is None


def test_what_was_not_even_run_does_not_end_the_search():
    search = SubsetSearch(units("a b c d"))
    for names, energy in (("", 100), ("a", 67), ("b", 74), ("", 100), ("c", 82), ("d", 100)):
        search.observe(subset(*names.split()), energy, 1.0)
    before = search.next()
    for more in ("a b", "a c", "a d", "b d", "c d", "a b d"):
        search.observe(subset(*more.split()), None, None, feasible=False)
    step = search.next()
    assert not isinstance(before, Stop) and not (isinstance(step, Stop) and "in a row" in step.reason)


def test_a_stopped_run_teaches_that_it_is_dear_and_is_never_a_finalist():
    search = SubsetSearch(units("a b"))
    search.observe(subset(), 100.0, 1.0)
    search.observe(subset("a"), 160.0, 1.6, aborted=True)
    assert search.failing == ()
    trials, _ = play(search, {"a": 1.0, "b": -0.4})
    assert all("a" not in t.subset for t in trials)
    assert [f.subset for f in search.finalists()] == [subset("b")]


def test_baselines_made_before_are_not_made_again():
    search = SubsetSearch(units("a b"))
    search.observe(subset(), 100.0, 2.0)
    search.observe(subset(), 101.0, 2.0)
    trials, _ = play(search, {"a": -0.2})
    assert all(t.subset for t in trials)


def test_warm_ups_count():
    search = SubsetSearch(units("a"))
    search.charge(50.0, 1.0)
    search.observe(subset(), 100.0, 2.0)
    assert (search.spent.energy_j, search.spent.time_s) == (150.0, 3.0)


def test_too_small_a_saving_to_prove_is_not_confirmed():
    search = SubsetSearch(units("a"))
    for energy in (97.0, 103.0):
        search.observe(subset(), energy, 1.0)
    play(search, {"a": -0.015})
    assert 0.015 < search.least_saving < 0.05
    assert search.finalists() == []


def test_at_most_three_finalists_and_only_rivals_with_a_chance():
    search = SubsetSearch(units("a b c"))
    play(search, {"a": -0.9, "b": -0.05, "c": 0.0})
    chosen = search.finalists()
    assert 1 <= len(chosen) <= 3
    # The single that saves a twentieth cannot beat the combination.
    assert subset("b") not in [f.subset for f in chosen]
    assert len(search.finalists(1)) == 1


def test_a_faster_rival_is_confirmed_too():
    search = SubsetSearch([Unit("lean", excludes=subset("fast")), Unit("fast")])
    search.observe(subset(), 100.0, 10.0)
    search.observe(subset("lean"), 50.0, 20.0)
    search.observe(subset("fast"), 60.0, 3.0)
    search.observe(subset(), 100.0, 10.0)
    assert {f.subset for f in search.finalists()} == {subset("lean"), subset("fast")}


def test_a_rival_of_better_quality_is_confirmed_too():
    search = SubsetSearch([Unit("cheap", excludes=subset("good")), Unit("good")])
    search.observe(subset(), 100.0, 10.0)
    search.observe(subset("cheap"), 50.0, 5.0, quality_loss=0.004)
    search.observe(subset("good"), 70.0, 7.0, quality_loss=0.0)
    search.observe(subset(), 100.0, 10.0)
    assert {f.subset for f in search.finalists(quality_step=0.001)} == {subset("cheap"), subset("good")}
    assert [f.subset for f in search.finalists(quality_step=0.01)] == [subset("cheap")]


def test_the_effect_of_leaving_a_unit_out_is_believed_from_the_runs():
    search = SubsetSearch(units("a b"))
    play(search, {"a": -0.5, "b": -0.1})
    mean, sd = search.removal(subset("a", "b"), "a")
    assert mean == pytest.approx(0.5, abs=0.05)
    assert 0 < sd < 0.1


@pytest.mark.parametrize(("energy", "feasible"), [(None, True), (math.nan, True), (0.0, True), (100.0, False)])
def test_a_baseline_that_cannot_be_measured_is_an_error(energy, feasible):
    with pytest.raises(ValueError, match="baseline"):
        SubsetSearch(units("a")).observe(subset(), energy, 1.0, feasible)


def test_runs_of_what_is_not_searched_are_an_error():
    search = SubsetSearch(units("a"))
    with pytest.raises(ValueError, match="first"):
        search.observe(subset("a"), 1.0, 1.0)
    search.observe(subset(), 1.0, 1.0)
    with pytest.raises(ValueError, match="ghost"):
        search.observe(Trial(subset("ghost"), "single"), 1.0, 1.0)


def test_the_number_of_runs_has_a_limit():
    search = SubsetSearch(units("a b c"), limits=Limits(trials=3))
    trials, reason = play(search, {})
    assert (len(trials), reason) == (3, "3 runs were made")
