"""Runs candidates of one script: rendered, run, judged, and written to the journal before anything else happens."""

from __future__ import annotations

import base64
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from greenrules.bench.journal import Journal
from greenrules.bench.run import MetricValue, Outcome, Prediction, StageReading
from greenrules.events import Notice, RunFinished, RunStarted, Sink
from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget
from greenrules.models import Role, RunRecord
from greenrules.verbs.experiment import BASELINE, BASELINE_ID, Candidate, Measured, Phase
from greenrules.verbs.judge import Judge, Judgement
from greenrules.verbs.renderer import Form, Renderer
from greenrules.verbs.setting import Setting, failure

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

    # -- what the plan asks

    def name(self, candidate: Candidate) -> str:
        """The id of a candidate, given when it is first asked for."""
        if candidate not in self.series:
            self.series[candidate] = Series(f"c{len(self.series)}")
        return self.series[candidate].id

    def expect(self, runs: int, seconds: float | None) -> None:
        """How many runs are foreseen in all, for the display."""
        self._foreseen = max(self.made + runs, self.made)

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
        outcome, judgement = self._outcome(candidate, form, phase, block, seed, limit)
        self._count(outcome)
        aborted = outcome.status == "timeout" and abort_above_j is not None and limit is not None
        return self._enter(series, candidate, outcome, judgement, phase, block, aborted=aborted, seed=seed)

    def warm_up(self) -> Outcome:
        """The baseline's first run, whose energy counts to the search and to nothing else.

        Raises:
            ScriptFailed: it did not end well.
        """
        form = self.renderer.form(BASELINE)
        outcome = self._made(BASELINE, form, "warm-up", 0, 0, self.setting.run.timeout_s, self.keep / "warm-up")
        self._count(outcome)
        self._must_work(outcome)
        self.series[BASELINE].runs.append(_record(outcome, "warm-up", 0, None, "ok"))
        return outcome

    def first(self) -> Outcome:
        """The baseline's first counted run, the reference of everything.

        Raises:
            ScriptFailed: it did not end well.
        """
        form = self.renderer.form(BASELINE)
        outcome = self._made(BASELINE, form, "screening", 0, 0, self.setting.run.timeout_s, self.keep / "reference")
        self._count(outcome)
        self._must_work(outcome)
        return outcome

    def enter_first(self, outcome: Outcome) -> Measured:
        """Count the reference run among the baseline's, once there is a judge."""
        assert self.judge is not None
        series = self.series[BASELINE]
        judgement = self.judge.baseline(outcome)
        return self._enter(series, BASELINE, outcome, judgement, "screening", 0, aborted=False, seed=0)

    # -- one run

    def _known(self, candidate: Candidate) -> Candidate:
        self.name(candidate)
        return candidate

    def _must_work(self, outcome: Outcome) -> None:
        if not outcome.ok or outcome.energy is None:
            raise failure(outcome, self.setting.script, self.setting.python)

    def _outcome(
        self, candidate: Candidate, form: Form, phase: Phase, block: int, seed: int, limit: float | None
    ) -> tuple[Outcome, Judgement | None]:
        assert self.judge is not None
        key = _key(form, phase, block)
        known = self.journal.find("run", key)
        if known is not None and known.payload.get("judgement") is not None:
            return _from_json(known.payload["outcome"]), Judgement(**known.payload["judgement"])
        if known is not None:
            return _from_json(known.payload["outcome"]), None
        outcome = self._execute(candidate, form, phase, limit, self.setting.scratch / "kept")
        judgement = None
        if outcome.ok:
            if candidate == BASELINE:
                self._must_work(outcome)
                judgement = self.judge.baseline(outcome)
            elif seed:
                judgement = replace(self.judge.judge(outcome, "model"), ok=True, reason="", loss=None)
            else:
                judgement = self.judge.judge(outcome, self.renderer.level(candidate))
        elif candidate == BASELINE:
            self._must_work(outcome)
        plain = None if judgement is None else _plain(judgement)
        self.journal.append("run", key, {"outcome": _to_json(outcome), "judgement": plain})
        return outcome, judgement

    def _made(
        self, candidate: Candidate, form: Form, phase: Phase, block: int, seed: int, limit: float | None, keep: Path
    ) -> Outcome:
        """A reference run, its files kept where a resumed experiment finds them."""
        key = "reference " + _key(form, phase, block)
        known = self.journal.find("run", key)
        if known is not None and keep.is_dir():
            return _from_json(known.payload["outcome"])
        outcome = self._execute(candidate, form, phase, limit, keep)
        if outcome.ok:
            self.journal.append("run", key, {"outcome": _to_json(outcome, whole=True)})
        return outcome

    def _execute(self, candidate: Candidate, form: Form, phase: Phase, limit: float | None, keep: Path) -> Outcome:
        number = self.made + 1
        total = max(self._foreseen, number)
        left = None
        if self.made and phase != "warm-up":
            left = (total - self.made) * self.spent_s / self.made
        self.sink(RunStarted(self.name(candidate), number, total, left))
        watched = self.renderer.watched(form)
        spec = self.setting.spec(form.data, watched.instrumentation, limit)
        outcome = self.setting.runner.run(spec, keep)
        for note in outcome.notes:
            self.sink(Notice(note, "warning"))
        return outcome

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

    def _count(self, outcome: Outcome) -> None:
        self.made += 1
        self.spent_s += outcome.time_s + outcome.overhead_time_s
        self.spent_j += outcome.energy.energy_j if outcome.energy is not None else 0.0

    def _enter(
        self,
        series: Series,
        candidate: Candidate,
        outcome: Outcome,
        judgement: Judgement | None,
        phase: Phase,
        block: int,
        *,
        aborted: bool,
        seed: int,
    ) -> Measured:
        ok = judgement is not None and judgement.ok
        reason = outcome.reason if judgement is None else judgement.reason
        status = "ok" if ok else "aborted: cannot win any more" if aborted else reason or outcome.status
        quality = judgement.quality if judgement is not None else None
        series.runs.append(_record(outcome, "seed" if seed else phase, block, quality, status))
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
        return Measured(energy, outcome.time_s, ok or aborted, aborted, loss, reason)


def _key(form: Form, phase: Phase, block: int) -> str:
    return f"{phase} {block} {form.digest}"


def _record(outcome: Outcome, phase: Phase, block: int, quality: float | None, status: str) -> RunRecord:
    return RunRecord(
        block=block,
        energy_j=outcome.energy.energy_j if outcome.energy is not None else None,
        time_s=outcome.time_s,
        cpu_s=outcome.cpu_s,
        quality=quality,
        max_rss_mb=outcome.max_rss_mb,
        exit_code=outcome.exit_code,
        phase=phase,
        status=status,
    )


def _plain(judgement: Judgement) -> dict[str, Any]:
    return {
        "ok": judgement.ok,
        "reason": judgement.reason,
        "quality": judgement.quality,
        "loss": judgement.loss,
        "others": dict(judgement.others),
        "agreement": dict(judgement.agreement),
    }


def _to_json(outcome: Outcome, *, whole: bool = False) -> dict[str, Any]:
    """An outcome as the journal keeps it; ``whole`` with what it printed."""
    plain: dict[str, Any] = {
        "status": outcome.status,
        "reason": outcome.reason,
        "exit_code": outcome.exit_code,
        "energy_j": outcome.energy.energy_j if outcome.energy is not None else None,
        "uncertainty": asdict(outcome.energy.uncertainty) if outcome.energy is not None else {},
        "time_s": outcome.time_s,
        "cpu_s": outcome.cpu_s,
        "max_rss_mb": outcome.max_rss_mb,
        "stages": {role: [s.energy_j, s.time_s, s.cpu_s] for role, s in outcome.stages.items()},
        "overhead_time_s": outcome.overhead_time_s,
    }
    if whole:
        plain |= {
            "metrics": [list(metric) for metric in outcome.metrics],
            "predictions": [[p.name, p.line, p.sha256, str(p.path) if p.path else None] for p in outcome.predictions],
            "stdout": base64.b64encode(outcome.stdout).decode(),
            "stdout_sha256": outcome.stdout_sha256,
            "truncated": outcome.truncated,
            "files": dict(outcome.files),
            "deleted": list(outcome.deleted),
            "files_dir": str(outcome.files_dir) if outcome.files_dir else None,
        }
    return plain


def _from_json(plain: Mapping[str, Any]) -> Outcome:
    energy = None
    if plain["energy_j"] is not None:
        energy = Energy(plain["energy_j"], {}, plain["time_s"], plain["cpu_s"], Budget(**plain["uncertainty"]))
    outcome = Outcome(
        status=plain["status"],
        exit_code=plain["exit_code"],
        energy=energy,
        time_s=plain["time_s"],
        cpu_s=plain["cpu_s"],
        max_rss_mb=plain["max_rss_mb"],
        reason=plain["reason"],
        stages={role: StageReading(*values) for role, values in plain["stages"].items()},
        overhead_time_s=plain["overhead_time_s"],
    )
    if "stdout" not in plain:
        return outcome
    return replace(
        outcome,
        metrics=tuple(MetricValue(*metric) for metric in plain["metrics"]),
        predictions=tuple(Prediction(n, line, sha, Path(p) if p else None) for n, line, sha, p in plain["predictions"]),
        stdout=base64.b64decode(plain["stdout"]),
        stdout_sha256=plain["stdout_sha256"],
        truncated=plain["truncated"],
        files=plain["files"],
        deleted=tuple(plain["deleted"]),
        files_dir=Path(plain["files_dir"]) if plain["files_dir"] else None,
    )
