"""Runs candidates of one script: rendered, run, judged, and written to the journal before anything else happens."""

from __future__ import annotations

import math
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenrules.bench.journal import Journal
from greenrules.bench.run import Outcome, StageReading
from greenrules.events import Notice, RunFinished, RunStarted, Sink
from greenrules.selection.quality import QualityVerdict
from greenrules.selection.spending import Cost
from greenrules.verbs.candidate import BASELINE, BASELINE_ID, BudgetSpent, Candidate, Measured, Phase
from greenrules.verbs.judge import Judge, Judgement
from greenrules.verbs.keeping import judgement_json, judgement_of, outcome_json, outcome_of
from greenrules.verbs.readings import record
from greenrules.verbs.renderer import Form, Renderer
from greenrules.verbs.series import Series, over_seeds
from greenrules.verbs.setting import Setting, failure

_ERROR = re.compile(r"[A-Za-z_][\w.]*: .")
#: A candidate's run is ended at so many times the baseline's time, where the user gives no limit,
TIMEOUT_FACTOR = 10.0
#: but never before this many seconds.
LEAST_TIMEOUT_S = 20.0
#: No budget.
UNLIMITED = Cost(math.inf, math.inf)


@dataclass(frozen=True)
class _Ran:
    """A run that was made, now or before a crash; ``wall_s``, ``used_j`` and ``runs`` with everything around it."""

    outcome: Outcome
    judgement: Judgement | None
    wall_s: float
    used_j: float
    runs: int = 1

    @property
    def overhead_s(self) -> float:
        """Seconds beside the script's own."""
        return max(0.0, self.wall_s - self.outcome.time_s)

    @property
    def overhead_j(self) -> float:
        """Joules beside the script's own."""
        return max(0.0, self.used_j - _joules(self.outcome))


@dataclass(frozen=True)
class _Bounds:
    """When a run is ended: after so many seconds, or beyond so many joules, with which it cannot win any more."""

    limit_s: float | None
    abort_above_j: float | None = None


class Bench:
    """The laboratory of one experiment.

    Args:
        setting: where and how runs happen.
        renderer: of candidates.
        journal: of everything that ran.
        sink: who listens.
        keep: a folder for what reference runs wrote; it outlives a crash.
        expected_runs: how often the result will be run: over so many the cold run of what keeps a cache is spread.
        budget: what all runs may use together; the clock runs from now on.
    """

    def __init__(
        self,
        setting: Setting,
        renderer: Renderer,
        journal: Journal,
        sink: Sink,
        keep: Path,
        expected_runs: int = 1000,
        budget: Cost = UNLIMITED,
    ) -> None:
        self.setting = setting
        self.renderer = renderer
        self.journal = journal
        self.sink = sink
        self.keep = keep
        self.expected_runs = expected_runs
        self.judge: Judge | None = None
        self.series: dict[Candidate, Series] = {BASELINE: Series(BASELINE_ID)}
        self.budget = budget
        # What was cut off in an earlier attempt was used all the same.
        cut = [entry.payload for entry in journal.entries if entry.kind == "cut"]
        self.spent_j: float = sum(one["used_j"] for one in cut)
        self.spent_s: float = sum(one["wall_s"] for one in cut)
        self._since = time.monotonic()
        self.made = 0
        self._reserve = Cost()
        self._foreseen = 0
        self._loaded = renderer.form(BASELINE).libraries
        self._taken: set[int] = set()
        self._walls: list[float] = []

    # -- what the plan asks

    @property
    def spent(self) -> Cost:
        """What all runs used, and the time between them."""
        return Cost(self.spent_j, self.spent_s)

    def name(self, candidate: Candidate) -> str:
        """The id of a candidate, given when it is first asked for."""
        if candidate not in self.series:
            self.series[candidate] = Series(f"c{len(self.series)}")
        return self.series[candidate].id

    def refusal(self, candidate: Candidate) -> str:
        """Why its quality over all seeds so far does not do; empty when it does, or there is no quality."""
        verdict = self._over_seeds(candidate)
        return "" if verdict is None or verdict.ok else verdict.reason

    def expect(self, runs: int) -> None:
        """How many runs are foreseen beyond those made, for the display."""
        self._foreseen = self.made + runs

    def run(
        self, candidate: Candidate, phase: Phase, block: int, *, abort_above_j: float | None = None, seed: int = 0
    ) -> Measured:
        """Run a candidate once, or take the run from the journal.

        Args:
            candidate: what to run.
            phase: of the experiment.
            block: number within the phase.
            abort_above_j: energy at which the run is hopeless.
            seed: by how many steps the script's literal seeds are moved.

        Raises:
            ScriptFailed: the baseline itself did not end well.
            BudgetSpent: the budget left nothing to run it with, or was used up while it ran.
        """
        series = self.series[candidate] if candidate in self.series else self.series[self._known(candidate)]
        form = self.renderer.with_seed(candidate, seed)
        refusal = self.renderer.form(candidate).refusal
        if refusal is not None:
            series.rejection = ("rejected", refusal)
            return Measured(None, 0.0, False, reason=refusal)
        ran = self._ran(candidate, form, phase, block, seed, _Bounds(self._limit(candidate), abort_above_j))
        self._count(ran)
        aborted = ran.outcome.status == "hopeless"
        return self._enter(series, candidate, ran, phase, block, aborted=aborted, seed=seed)

    def keep_back(self, reserve: Cost) -> None:
        """Leave so much of the budget untouched by the runs from now on.

        Args:
            reserve: for what comes later, such as the proof.
        """
        self._reserve = reserve

    def warm_up(self) -> Outcome:
        """The baseline's first run, whose energy counts to the search and to nothing else.

        Raises:
            ScriptFailed: it did not end well.
            BudgetSpent: the budget was used up before it did.
        """
        outcome = self._reference("warm-up", self.keep / "warm-up").outcome
        self.series[BASELINE].runs.append(record(outcome, 0, None, phase="warm-up"))
        return outcome

    def first(self, judge: Callable[[Outcome], Judge]) -> Measured:
        """The baseline's first counted run, the reference of everything.

        Args:
            judge: who judges all others, given this one.

        Raises:
            ScriptFailed: it did not end well.
            BudgetSpent: the budget was used up before it did.
        """
        ran = self._reference("screening", self.keep / "reference")
        self.judge = judge(ran.outcome)
        ran = replace(ran, judgement=self.judge.baseline(ran.outcome))
        return self._enter(self.series[BASELINE], BASELINE, ran, "screening", 0, aborted=False, seed=0)

    def count_leftovers(self) -> None:
        """Count what an earlier attempt ran and this one did not ask for: it was used for the same search."""
        for entry in self.journal.entries:
            if entry.kind == "run" and entry.number not in self._taken:
                used = entry.payload.get("used_j") or [_joules(outcome_of(entry.payload["outcome"]))]
                self.made += len(used)
                self.spent_j += sum(used)
                self.spent_s += entry.payload["wall_s"]

    # -- one run

    def _over_seeds(self, candidate: Candidate) -> QualityVerdict | None:
        """What the guard says of the seeds that a candidate and the baseline both ran with; None before there are."""
        assert self.judge is not None
        return over_seeds(self.series[candidate], self.series[BASELINE], self.judge)

    def _known(self, candidate: Candidate) -> Candidate:
        self.name(candidate)
        return candidate

    def _must_work(self, outcome: Outcome) -> None:
        if not outcome.ok or outcome.energy is None:
            raise failure(outcome, self.setting)

    def _ran(self, candidate: Candidate, form: Form, phase: Phase, block: int, seed: int, bounds: _Bounds) -> _Ran:
        assert self.judge is not None
        key = _key(form, phase, block)
        if self.renderer.persists(candidate):
            key += f" over {self.expected_runs}"
        known = self.journal.find("run", key)
        if known is not None:
            self._taken.add(known.number)
            kept = known.payload["judgement"]
            judgement = None if kept is None else judgement_of(kept)
            self._loaded |= form.libraries
            self._since = time.monotonic()
            kept_outcome = outcome_of(known.payload["outcome"])
            used = known.payload["used_j"]
            return _Ran(kept_outcome, judgement, known.payload["wall_s"], sum(used), len(used))
        outcome, used = self._made(candidate, form, bounds)
        judgement = None
        if candidate == BASELINE:
            self._must_work(outcome)
            judgement = self.judge.baseline(outcome)
        elif outcome.ok and seed:
            judgement = replace(self.judge.judge(outcome, "model"), ok=True, reason="", loss=None)
        elif outcome.ok:
            judgement = self.judge.judge(outcome, self.renderer.level(candidate))
        plain = None if judgement is None else judgement_json(judgement)
        wall = self._lap()
        entry = {"outcome": outcome_json(outcome), "judgement": plain, "wall_s": wall, "used_j": used}
        self._taken.add(self.journal.append("run", key, entry).number)
        return _Ran(outcome, judgement, wall, sum(used), len(used))

    def _made(self, candidate: Candidate, form: Form, bounds: _Bounds) -> tuple[Outcome, list[float]]:
        """Run a form, and what has to run before it; the joules of each run.

        Libraries that no run has loaded yet are read from disk by a warm-up, whose energy is not the candidate's. What
        keeps something on disk is run cold and warm, and counts with its mean over the runs that are expected.
        """
        scrap = self.setting.scratch / "kept"
        persists = self.renderer.persists(candidate)
        used: list[float] = []

        def once(*, warm: bool = False) -> Outcome:
            # A cold run may use more than all others together.
            within = bounds if warm or not persists else replace(bounds, abort_above_j=None)
            outcome = _told(self._execute(candidate, form, within, scrap, used, warm=warm))
            used.append(_joules(outcome))
            return outcome

        outcome = once()
        if outcome.ok and not form.libraries <= self._loaded:
            self._loaded |= form.libraries
            outcome = once()
        if outcome.ok and persists:
            warm = once(warm=True)
            outcome = spread(outcome, warm, self.expected_runs) if warm.ok else warm
        return outcome, used

    def _reference(self, phase: Phase, keep: Path) -> _Ran:
        """A run of the script as it is, its files kept where a resumed experiment finds them."""
        form = self.renderer.form(BASELINE)
        key = "reference " + _key(form, phase, 0)
        known = self.journal.find("run", key)
        if known is not None and keep.is_dir():
            self._since = time.monotonic()
            self._taken.add(known.number)
            outcome = outcome_of(known.payload["outcome"])
            ran = _Ran(outcome, None, known.payload["wall_s"], _joules(outcome))
        else:
            outcome = self._execute(BASELINE, form, _Bounds(self.setting.run.timeout_s), keep, ())
            self._must_work(outcome)
            ran = _Ran(outcome, None, self._lap(), _joules(outcome))
            entry = {"outcome": outcome_json(outcome, whole=True), "wall_s": ran.wall_s}
            self._taken.add(self.journal.append("run", key, entry).number)
        self._count(ran)
        return ran

    def _execute(
        self,
        candidate: Candidate,
        form: Form,
        bounds: _Bounds,
        keep: Path,
        used: Sequence[float],
        *,
        warm: bool = False,
    ) -> Outcome:
        """Run a form once, within the budget; ``used`` are the joules of runs that belong to it and were just made."""
        number = self.made + len(used) + 1
        total = max(self._foreseen, number)
        left = (total - self.made) * statistics.median(self._walls) if self._walls else None
        self.sink(RunStarted(self.name(candidate), number, total, left))
        watched = self.renderer.watched(form)
        spec = self.setting.spec(form.data, watched.instrumentation, bounds.limit_s, self.renderer.persists(candidate))
        deadline_s, left_j = self._ceiling(sum(used))
        most_j = min((j for j in (left_j, bounds.abort_above_j) if j is not None), default=None)
        outcome = self.setting.runner.run(replace(spec, warm=warm, deadline_s=deadline_s, most_j=most_j), keep)
        for note in outcome.notes:
            self.sink(Notice(note, "warning"))
        cannot_win_j = math.inf if bounds.abort_above_j is None else bounds.abort_above_j
        # What a run is billed in the end may be a little less than the look that ended it saw.
        by_joules = outcome.status == "budget" and (deadline_s is None or time.monotonic() < deadline_s)
        ended_so = by_joules and most_j == cannot_win_j
        if ended_so or (outcome.status in ("budget", "timeout") and _joules(outcome) > cannot_win_j):
            return replace(outcome, status="hopeless", reason="it had used more than it could have won back")
        if outcome.status == "budget":
            raise self._cut(candidate, outcome, used)
        return outcome

    def _ceiling(self, used_j: float) -> tuple[float | None, float | None]:
        """Until when a run may go on, and the joules that it may use; None where there is no such budget."""
        deadline_s = self._since + self.budget.time_s - self.spent_s - self._reserve.time_s
        most_j = self.budget.energy_j - self.spent_j - used_j - self._reserve.energy_j
        if deadline_s <= time.monotonic() or most_j <= 0:
            raise BudgetSpent(f"{self._budget_words()} is used up")
        return deadline_s if math.isfinite(deadline_s) else None, most_j if math.isfinite(most_j) else None

    def _cut(self, candidate: Candidate, outcome: Outcome, used: Sequence[float]) -> BudgetSpent:
        """Count a run that the budget ended, and what it needed to run before: it is made again, should we resume."""
        joules, wall_s = sum(used) + _joules(outcome), self._lap()
        self.journal.append("cut", self.name(candidate), {"wall_s": wall_s, "used_j": joules})
        self.made += len(used) + 1
        self.spent_s += wall_s
        self.spent_j += joules
        return BudgetSpent(f"{self._budget_words()} was used up during a run, which was ended", joules, wall_s)

    def _budget_words(self) -> str:
        seconds = f"{self.budget.time_s:.4g} s"
        budget = f"the budget of {seconds if math.isfinite(self.budget.time_s) else f'{self.budget.energy_j:.4g} J'}"
        return budget if self._reserve == Cost() else f"what {budget} holds beside the proof"

    def _lap(self) -> float:
        """Seconds since the run before ended: what is done between runs is the search's, too."""
        now = time.monotonic()
        self._walls.append(now - self._since)
        self._since = now
        return self._walls[-1]

    def _limit(self, candidate: Candidate) -> float | None:
        """Seconds after which a run is ended: the user's limit, or ten baselines."""
        if candidate == BASELINE or self.setting.run.timeout_s is not None:
            return self.setting.run.timeout_s
        times = [run.time_s for run in self.series[BASELINE].runs if run.phase != "warm-up" and run.energy_j]
        return max(LEAST_TIMEOUT_S, TIMEOUT_FACTOR * statistics.median(times))

    def _count(self, ran: _Ran) -> None:
        self.made += ran.runs
        self.spent_s += ran.wall_s
        self.spent_j += ran.used_j

    def _enter(
        self, series: Series, candidate: Candidate, ran: _Ran, phase: Phase, block: int, *, aborted: bool, seed: int
    ) -> Measured:
        outcome, judgement = ran.outcome, ran.judgement
        ok = judgement is not None and judgement.ok
        reason = outcome.reason if judgement is None else judgement.reason
        quality = judgement.quality if judgement is not None else None
        if judgement is not None and quality is not None and (seed or ok):
            series.seeds.setdefault(seed, quality)
            series.held.setdefault(seed, judgement.held)
        over = self._over_seeds(candidate) if ok and seed and candidate != BASELINE else None
        if over is not None and over.hopeless:
            ok, reason = False, over.reason
        status = "ok" if ok else "aborted: cannot win any more" if aborted else reason or outcome.status
        series.runs.append(record(outcome, block, quality, phase=phase, status=status, seed=seed))
        energy = outcome.energy.energy_j if outcome.energy is not None else None
        self.sink(RunFinished(series.id, energy, outcome.time_s, quality, status))
        if judgement is not None and not seed:
            series.judgements.append(judgement)
            if ok:
                series.stages.append(outcome.stages)
        if not ok and not aborted and candidate != BASELINE:
            series.rejection = ("rejected" if outcome.ok else "failed", reason)
        loss = judgement.loss if judgement is not None else None
        return Measured(energy, outcome.time_s, ok or aborted, aborted, loss, reason, ran.overhead_s, ran.overhead_j)


def spread(cold: Outcome, warm: Outcome, runs: int) -> Outcome:
    """The mean of one cold run and warm ones after it, ``runs`` in all; outputs and quality are the warm run's."""
    rest = max(0, runs - 1)

    def mean(a: float, b: float) -> float:
        return (a + rest * b) / (1 + rest)

    assert cold.energy is not None and warm.energy is not None
    energy = replace(warm.energy, energy_j=mean(cold.energy.energy_j, warm.energy.energy_j))
    nothing = StageReading(0.0, 0.0, 0.0)
    stages = {}
    for role in dict.fromkeys((*cold.stages, *warm.stages)):
        a, b = cold.stages.get(role, nothing), warm.stages.get(role, nothing)
        seconds = mean(a.time_s, b.time_s), mean(a.cpu_s, b.cpu_s)
        stages[role] = replace(b, energy_j=mean(a.energy_j, b.energy_j), time_s=seconds[0], cpu_s=seconds[1])
    times = mean(cold.time_s, warm.time_s), mean(cold.cpu_s, warm.cpu_s)
    rss = max(cold.max_rss_mb, warm.max_rss_mb)
    return replace(warm, energy=energy, stages=stages, time_s=times[0], cpu_s=times[1], max_rss_mb=rss)


def _joules(outcome: Outcome) -> float:
    return outcome.energy.energy_j if outcome.energy is not None else 0.0


def _told(outcome: Outcome) -> Outcome:
    """With the error that ended it, where it said one last."""
    said = outcome.stderr.decode("utf-8", "replace").rstrip().rpartition("\n")[2]
    if outcome.status != "error" or not _ERROR.match(said):
        return outcome
    return replace(outcome, reason=f"{outcome.reason}: {said}")


def _key(form: Form, phase: Phase, block: int) -> str:
    return f"{phase} {block} {form.digest}"
