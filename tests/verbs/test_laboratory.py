"""What a bench does with a budget, with runs that are only told of."""

import contextlib
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from greenrules.bench.journal import open_journal
from greenrules.bench.run import Instrumentation, Outcome, RunSpec
from greenrules.events import silent
from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget
from greenrules.selection.spending import Cost
from greenrules.verbs.candidate import BASELINE, BudgetSpent, Candidate
from greenrules.verbs.judge import Judgement
from greenrules.verbs.laboratory import UNLIMITED, Bench

OTHER = Candidate(frozenset({"a"}))


def outcome(energy_j, status="ok"):
    energy = Energy(energy_j, {"cpu": energy_j}, 1.0, 1.0, Budget())
    return Outcome(status, 0, energy, 1.0, 1.0, 1.0)


class Said:
    """A runner that uses what it is told to, and is ended at what the spec allows."""

    def __init__(self, energies):
        self.energies = list(energies)
        self.specs = []
        #: what a run that was ended is billed, as a share of where it was ended
        self.billed = 1.01

    def run(self, spec, keep):
        self.specs.append(spec)
        keep.mkdir(parents=True, exist_ok=True)
        energy_j = self.energies.pop(0)
        if spec.most_j is not None and energy_j > spec.most_j:
            return outcome(spec.most_j * self.billed, "budget")
        return outcome(energy_j)


def bench(tmp_path, energies, budget=UNLIMITED, resume=False):
    def form(candidate):
        name = "+".join(sorted(candidate.units))
        return SimpleNamespace(libraries=frozenset(), refusal=None, data=b"", digest=name or "baseline")

    renderer = SimpleNamespace(
        form=form,
        with_seed=lambda candidate, seed: form(candidate),
        persists=lambda candidate: (),
        watched=lambda form: SimpleNamespace(instrumentation=Instrumentation()),
        level=lambda candidate: "exact",
    )
    spec = RunSpec("train.py", b"", Path("python"), {})
    setting = SimpleNamespace(
        runner=Said(energies),
        scratch=tmp_path,
        run=SimpleNamespace(timeout_s=None),
        spec=lambda data, watched, limit, persists: replace(spec, timeout_s=limit),
    )
    journal = open_journal(tmp_path / "journal.sqlite", {"seed": "0"}, resume=resume)
    made = Bench(setting, renderer, journal, silent, tmp_path / "reference", budget=budget)
    good = Judgement(True)
    judge = SimpleNamespace(allowed=None, baseline=lambda outcome: good, judge=lambda outcome, level: good)
    made.warm_up()
    made.first(lambda outcome: judge)
    return made


def test_a_run_that_the_budget_ends_counts_and_is_made_again(tmp_path):
    first = bench(tmp_path, [10.0, 10.0, 10.0, 10.0], Cost(35.0, float("inf")))
    first.run(BASELINE, "confirmation", 0)
    with pytest.raises(BudgetSpent, match="budget of 35 J was used up during a run") as cut:
        first.run(OTHER, "confirmation", 0)
    assert cut.value.energy_j == pytest.approx(5.05) and first.spent_j == pytest.approx(35.05)
    with pytest.raises(BudgetSpent, match="is used up"):
        first.run(OTHER, "confirmation", 0)
    with first.journal:
        pass
    again = bench(tmp_path, [10.0], Cost(100.0, float("inf")), resume=True)
    assert again.spent_j == pytest.approx(25.05), "the references, and what was cut off"
    again.run(OTHER, "confirmation", 0)
    again.count_leftovers()
    assert again.spent_j == pytest.approx(45.05), (
        "the baseline's run was not asked for again, and was made all the same"
    )
    assert again.made == 4


def test_what_is_kept_back_is_not_used(tmp_path):
    made = bench(tmp_path, [10.0, 10.0, 10.0], Cost(100.0, 1000.0))
    made.keep_back(Cost(75.0, 900.0))
    with pytest.raises(BudgetSpent, match="beside the proof"):
        made.run(OTHER, "search", 0)
    last = made.setting.runner.specs[-1]
    assert last.most_j == pytest.approx(5.0)
    assert 0 < last.deadline_s - time.monotonic() <= 100
    made.keep_back(Cost())
    made.setting.runner.energies = [10.0]
    assert made.run(OTHER, "confirmation", 0).energy_j == 10.0


def test_what_cannot_win_is_ended_by_what_it_used_and_not_for_the_budget(tmp_path):
    made = bench(tmp_path, [10.0, 10.0, 80.0, 12.0], Cost(1000.0, float("inf")))
    seen = made.run(OTHER, "search", 0, abort_above_j=15.0)
    assert seen.aborted and seen.feasible
    assert made.series[OTHER].runs[-1].status == "aborted: cannot win any more" and made.series[OTHER].rejection is None
    assert not made.run(OTHER, "search", 1, abort_above_j=15.0).aborted
    assert made.setting.runner.specs[-1].timeout_s >= 10, "time alone does not make it hopeless"


@pytest.mark.parametrize("budget", [UNLIMITED, Cost(1000.0, 1000.0)])
def test_a_run_that_cannot_win_may_be_billed_less_than_the_look_that_ended_it_saw(tmp_path, budget):
    made = bench(tmp_path, [10.0, 10.0, 80.0], budget)
    made.setting.runner.billed = 0.9
    assert made.run(OTHER, "search", 0, abort_above_j=15.0).aborted
    made.setting.runner.energies = [990.0]
    with pytest.raises(BudgetSpent) if budget != UNLIMITED else contextlib.nullcontext():
        made.run(OTHER, "search", 1, abort_above_j=5000.0)


def test_without_a_budget_nothing_is_limited(tmp_path):
    made = bench(tmp_path, [10.0, 10.0, 10.0])
    made.run(OTHER, "confirmation", 0)
    assert (made.setting.runner.specs[-1].deadline_s, made.setting.runner.specs[-1].most_j) == (None, None)
