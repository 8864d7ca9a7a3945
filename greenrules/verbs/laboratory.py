"""Runs candidates of one script: rendered, run, judged, and written to the journal before anything else happens."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from greenrules.bench.journal import Journal
from greenrules.bench.run import Outcome, StageReading
from greenrules.events import Notice, RunFinished, RunStarted, Sink
from greenrules.models import Role, RunRecord
from greenrules.verbs.candidate import BASELINE, BASELINE_ID, Candidate, Measured, Phase
from greenrules.verbs.judge import Judge, Judgement
from greenrules.verbs.keeping import judgement_json, outcome_json, outcome_of
from greenrules.verbs.renderer import Form, Renderer
from greenrules.verbs.setting import Setting, failure

_ERROR = re.compile(r"[A-Za-z_][\w.]*: .")
#: A candidate's run is ended at so many times the baseline's time, where the user gives no limit,
TIMEOUT_FACTOR = 10.0
#: but never before this many seconds.
LEAST_TIMEOUT_S = 20.0


@dataclass
class Series:
    """The runs of one candidate.

    Attributes:
        id: in the report.
        runs: in the order they were made.
        stages: per run that ended well, what each role cost.
        judgements: per run that ended well.
        rejection: why it is out, None while it is not.
        seeds: seed shift → quality.
    """

    id: str
    runs: list[RunRecord] = field(default_factory=list)
    stages: list[Mapping[Role, StageReading]] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    rejection: tuple[Literal["failed", "rejected"], str] | None = None
    seeds: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Ran:
    """A run that was made, now or before a crash; ``wall_s`` with everything around it."""

    outcome: Outcome
    judgement: Judgement | None
    wall_s: float

    @property
    def overhead_s(self) -> float:
        """Seconds beside the script's own."""
        return max(0.0, self.wall_s - self.outcome.time_s)


class Bench:
    """The laboratory of one experiment.

    Args:
        setting: where and how runs happen.
        renderer: of candidates.
        journal: of everything that ran.
        sink: who listens.
        keep: a folder for what reference runs wrote; it outlives a crash.
    """

    def __init__(self, setting: Setting, renderer: Renderer, journal: Journal, sink: Sink, keep: Path) -> None:
        self.setting = setting
        self.renderer = renderer
        self.journal = journal
        self.sink = sink
        self.keep = keep
        self.judge: Judge | None = None
        self.series: dict[Candidate, Series] = {BASELINE: Series(BASELINE_ID)}
        self.spent_j = 0.0
        self.spent_s = 0.0
        self.made = 0
        self._foreseen = 0
        self._walls: list[float] = []

    # -- what the plan asks

    def name(self, candidate: Candidate) -> str:
        """The id of a candidate, given when it is first asked for."""
        if candidate not in self.series:
            self.series[candidate] = Series(f"c{len(self.series)}")
        return self.series[candidate].id

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
        """
        series = self.series[candidate] if candidate in self.series else self.series[self._known(candidate)]
        form = self.renderer.with_seed(candidate, seed)
        refusal = self.renderer.form(candidate).refusal
        if refusal is not None:
            series.rejection = ("rejected", refusal)
            return Measured(None, 0.0, False, reason=refusal)
        limit = self._limit(candidate, abort_above_j)
        ran = self._ran(candidate, form, phase, block, seed, limit)
        self._count(ran)
        aborted = ran.outcome.status == "timeout" and abort_above_j is not None and limit is not None
        return self._enter(series, candidate, ran, phase, block, aborted=aborted, seed=seed)

    def warm_up(self) -> Outcome:
        """The baseline's first run, whose energy counts to the search and to nothing else.

        Raises:
            ScriptFailed: it did not end well.
        """
        outcome = self._reference("warm-up", self.keep / "warm-up").outcome
        self.series[BASELINE].runs.append(_record(outcome, "warm-up", 0, None, "ok"))
        return outcome

    def first(self, judge: Callable[[Outcome], Judge]) -> Measured:
        """The baseline's first counted run, the reference of everything.

        Args:
            judge: who judges all others, given this one.

        Raises:
            ScriptFailed: it did not end well.
        """
        ran = self._reference("screening", self.keep / "reference")
        self.judge = judge(ran.outcome)
        ran = replace(ran, judgement=self.judge.baseline(ran.outcome))
        return self._enter(self.series[BASELINE], BASELINE, ran, "screening", 0, aborted=False, seed=0)

    # -- one run

    def _known(self, candidate: Candidate) -> Candidate:
        self.name(candidate)
        return candidate

    def _must_work(self, outcome: Outcome) -> None:
        if not outcome.ok or outcome.energy is None:
            raise failure(outcome, self.setting.script, self.setting.python)

    def _ran(self, candidate: Candidate, form: Form, phase: Phase, block: int, seed: int, limit: float | None) -> _Ran:
        assert self.judge is not None
        key = _key(form, phase, block)
        known = self.journal.find("run", key)
        if known is not None:
            kept = known.payload["judgement"]
            judgement = None if kept is None else Judgement(**kept)
            return _Ran(outcome_of(known.payload["outcome"]), judgement, known.payload["wall_s"])
        began = time.monotonic()
        outcome = _told(self._execute(candidate, form, limit, self.setting.scratch / "kept"))
        judgement = None
        if candidate == BASELINE:
            self._must_work(outcome)
            judgement = self.judge.baseline(outcome)
        elif outcome.ok and seed:
            judgement = replace(self.judge.judge(outcome, "model"), ok=True, reason="", loss=None)
        elif outcome.ok:
            judgement = self.judge.judge(outcome, self.renderer.level(candidate))
        plain = None if judgement is None else judgement_json(judgement)
        wall = self._wall_since(began)
        self.journal.append("run", key, {"outcome": outcome_json(outcome), "judgement": plain, "wall_s": wall})
        return _Ran(outcome, judgement, wall)

    def _reference(self, phase: Phase, keep: Path) -> _Ran:
        """A run of the script as it is, its files kept where a resumed experiment finds them."""
        form = self.renderer.form(BASELINE)
        key = "reference " + _key(form, phase, 0)
        known = self.journal.find("run", key)
        if known is not None and keep.is_dir():
            ran = _Ran(outcome_of(known.payload["outcome"]), None, known.payload["wall_s"])
        else:
            began = time.monotonic()
            outcome = self._execute(BASELINE, form, self.setting.run.timeout_s, keep)
            self._must_work(outcome)
            ran = _Ran(outcome, None, self._wall_since(began))
            self.journal.append("run", key, {"outcome": outcome_json(outcome, whole=True), "wall_s": ran.wall_s})
        self._count(ran)
        return ran

    def _execute(self, candidate: Candidate, form: Form, limit: float | None, keep: Path) -> Outcome:
        number = self.made + 1
        total = max(self._foreseen, number)
        left = (total - self.made) * statistics.median(self._walls) if self._walls else None
        self.sink(RunStarted(self.name(candidate), number, total, left))
        watched = self.renderer.watched(form)
        outcome = self.setting.runner.run(self.setting.spec(form.data, watched.instrumentation, limit), keep)
        for note in outcome.notes:
            self.sink(Notice(note, "warning"))
        return outcome

    def _wall_since(self, began: float) -> float:
        self._walls.append(time.monotonic() - began)
        return self._walls[-1]

    def _limit(self, candidate: Candidate, abort_above_j: float | None) -> float | None:
        """Seconds after which a run is ended: the user's limit, ten baselines, or when it cannot win any more."""
        if candidate == BASELINE:
            return self.setting.run.timeout_s
        base = [run for run in self.series[BASELINE].runs if run.phase != "warm-up" and run.energy_j]
        typical = statistics.median(run.time_s for run in base)
        limit = self.setting.run.timeout_s or max(LEAST_TIMEOUT_S, TIMEOUT_FACTOR * typical)
        if abort_above_j is None:
            return limit
        # What a single busy thread draws is the least power at which a run can burn that energy.
        energies = [run.energy_j for run in base if run.energy_j is not None]
        watts = statistics.median(energies) / max(1e-9, statistics.median(run.cpu_s for run in base))
        return min(limit, max(1.0, abort_above_j / watts))

    def _count(self, ran: _Ran) -> None:
        self.made += 1
        self.spent_s += ran.wall_s
        self.spent_j += ran.outcome.energy.energy_j if ran.outcome.energy is not None else 0.0

    def _enter(
        self, series: Series, candidate: Candidate, ran: _Ran, phase: Phase, block: int, *, aborted: bool, seed: int
    ) -> Measured:
        outcome, judgement = ran.outcome, ran.judgement
        ok = judgement is not None and judgement.ok
        reason = outcome.reason if judgement is None else judgement.reason
        status = "ok" if ok else "aborted: cannot win any more" if aborted else reason or outcome.status
        quality = judgement.quality if judgement is not None else None
        series.runs.append(_record(outcome, phase, block, quality, status, seed))
        energy = outcome.energy.energy_j if outcome.energy is not None else None
        self.sink(RunFinished(series.id, energy, outcome.time_s, quality, status))
        if judgement is not None and quality is not None and (seed or ok):
            series.seeds.setdefault(seed, quality)
        if judgement is not None and not seed:
            series.judgements.append(judgement)
            if ok:
                series.stages.append(outcome.stages)
        if not ok and not aborted and candidate != BASELINE:
            series.rejection = ("rejected" if outcome.ok else "failed", reason)
        loss = judgement.loss if judgement is not None else None
        return Measured(energy, outcome.time_s, ok or aborted, aborted, loss, reason, ran.overhead_s)


def _told(outcome: Outcome) -> Outcome:
    """With the error that ended it, where it said one last."""
    said = outcome.stderr.decode("utf-8", "replace").rstrip().rpartition("\n")[2]
    if outcome.status != "error" or not _ERROR.match(said):
        return outcome
    return replace(outcome, reason=f"{outcome.reason}: {said}")


def _key(form: Form, phase: Phase, block: int) -> str:
    return f"{phase} {block} {form.digest}"


def _record(outcome: Outcome, phase: Phase, block: int, quality: float | None, status: str, seed: int = 0) -> RunRecord:
    return RunRecord(
        block=block,
        seed=seed,
        energy_j=outcome.energy.energy_j if outcome.energy is not None else None,
        time_s=outcome.time_s,
        cpu_s=outcome.cpu_s,
        quality=quality,
        max_rss_mb=outcome.max_rss_mb,
        exit_code=outcome.exit_code,
        phase=phase,
        status=status,
    )
