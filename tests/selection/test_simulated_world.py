"""The search in worlds whose truth is known, beside the published procedure."""

import importlib.util
import statistics
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "selection.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("benchmarks_selection", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def outcomes(bench, procedure, worlds, **kind):
    return [bench.play(procedure, seed, bench.World(seed, **kind)) for seed in range(worlds)]


def test_a_world_is_the_same_for_the_same_seed(bench):
    first, second = bench.World(3), bench.World(3)
    assert [first.run(frozenset({"u1"})) for _ in range(3)] == [second.run(frozenset({"u1"})) for _ in range(3)]


def test_in_two_hundred_worlds_the_regret_is_small_the_runs_few_and_the_choice_never_worse(bench):
    ours = outcomes(bench, bench.search_only, 200)
    theirs = outcomes(bench, bench.published, 200)
    assert statistics.median(o.regret for o in ours) <= 0.01
    assert statistics.fmean(o.runs for o in ours) <= 20
    assert statistics.quantiles([o.runs for o in ours], n=10)[-1] <= 20
    assert not any(o.worse for o in ours)
    assert statistics.median(o.regret for o in theirs) > 10 * max(0.01, statistics.median(o.regret for o in ours))
    assert statistics.fmean(o.energy for o in ours) < statistics.fmean(o.energy for o in theirs)


KINDS = [{}, {"noise": 0.08}, {"triples": True}, {"prior": "misled"}, {"prior": "opposite"}]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=["usual", "noisy", "three-way", "wrong prior", "opposite prior"])
def test_with_proof_and_leave_one_out_it_costs_at_most_25_baseline_runs_and_is_never_worse(bench, kind):
    ours = outcomes(bench, bench.whole, 200, **kind)
    assert not any(o.worse for o in ours)
    assert statistics.median(o.regret for o in ours) <= (0.01 if kind == {} else 0.05)
    assert max(o.energy for o in ours) <= 25 or kind.get("noise")
    assert statistics.quantiles([o.energy for o in ours], n=20)[-1] <= 25


@pytest.mark.slow
def test_where_other_seeds_refuse_the_best_the_next_best_is_found_within_the_same_ceiling(bench):
    ours = outcomes(bench, bench.whole, 100, fickle=True)
    theirs = outcomes(bench, bench.published, 100, fickle=True)
    assert not any(o.worse for o in ours)
    assert max(o.energy for o in ours) <= 25
    assert statistics.fmean(bool(o.chosen) for o in ours) >= 0.5
    assert statistics.fmean(o.worse for o in theirs) > 0.5, "it takes what its own seed shows"


def test_what_is_rightly_known_beforehand_makes_the_choice_better(bench):
    known, unknown = (outcomes(bench, bench.whole, 60, prior=prior) for prior in ("informed", "none"))
    assert statistics.fmean(o.regret for o in known) <= statistics.fmean(o.regret for o in unknown) + 0.005


@pytest.mark.slow
def test_identical_variants_are_said_to_save_in_at_most_one_search_of_twenty(bench):
    claims = sum(bool(o.chosen) for o in outcomes(bench, bench.whole, 1000, identical=True))
    assert claims <= 50
