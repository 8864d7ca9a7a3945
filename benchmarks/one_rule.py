"""One rule on one script: rewritten by the product's own path, run in blocks beside the script as it was."""

from __future__ import annotations

import hashlib
import itertools
import random
import statistics
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from greenrules.bench.copy import WorkingCopy
from greenrules.bench.environment import run_environment
from greenrules.bench.lock import MachineLock
from greenrules.bench.machine import read_machine, usable_threads
from greenrules.bench.run import Outcome, RunSpec
from greenrules.bench.runner import Runner
from greenrules.bench.sandbox import open_sandbox
from greenrules.bench.scratch import scratch_folder
from greenrules.engine.candidates import Unit, candidate_units
from greenrules.engine.pack import Rule
from greenrules.errors import MeasurementError, ScriptFailed, UsageError
from greenrules.evidence import QualityKept, RuleMeasurement
from greenrules.meters.registry import open_meter
from greenrules.requests import RuleChoice
from greenrules.selection.intervals import LEAST_SD, ratio_interval
from greenrules.selection.parameters import Value
from greenrules.selection.quality import QualityLoss, quality_guard
from greenrules.verbs.candidate import BASELINE, Candidate
from greenrules.verbs.evaluations import passing_lines
from greenrules.verbs.judge import Judge, Judgement
from greenrules.verbs.portfolio import target_of
from greenrules.verbs.preparation import prepare
from greenrules.verbs.renderer import Renderer
from greenrules.verbs.searching import tunables
from greenrules.verbs.seeds import has_seed

ALLOWED = QualityLoss.parse("0.5%")
TOLERANCE = 1e-3
LIMIT_S = 120.0
#: points of a range that are tried
POINTS = 3


@dataclass(frozen=True)
class _Ran:
    """A run of a form, and what is said of it."""

    outcome: Outcome
    judgement: Judgement


class Trial:
    """One rule on one script.

    Args:
        rule: alone, but for those it goes together with and those it needs.
        script: the workload.
        python: the interpreter that runs it.
        wait: hold the machine's lock for each run, as every measurement of the product does.

    Raises:
        UsageError: the rule does not act on the script.
    """

    def __init__(self, rule: Rule, script: Path, python: Path, *, wait: bool = True) -> None:
        self.rule = rule
        self.script = script
        self._python = python
        self._wait = wait
        self._prepared = prepare(script, RuleChoice(packs=(str(rule.pack),), select=_family(rule)), self._python)
        portfolio, source = self._prepared.portfolio, self._prepared.source
        found = candidate_units(source, portfolio.rules, portfolio.knowledge, self._prepared.target)
        units = {unit.id: unit for unit in found.units}
        unit = next((one for one in found.units if rule.full_id in one.rules), None)
        if unit is None:
            reasons = [f": {one.reason}" for one in found.skipped if one.rule in (rule.full_id, str(rule.pack))]
            raise UsageError(f"{script}: {rule.full_id} does not act on it{reasons[0] if reasons else ''}")
        self._units = [units[name] for name in _closure(unit, units)]
        self._renderer = Renderer(self._prepared, self._units)

    def digest(self, parameters: Mapping[str, Any]) -> str:
        """SHA-256 of the script as the rule leaves it with these values; those that are not given are first values."""
        return self._renderer.form(self._candidate(parameters)).digest

    def measure(self, case: Literal["pays", "idle"], shown: str, runs: int) -> RuleMeasurement:
        """Both forms in blocks.

        Args:
            case: what the script stands for.
            shown: its path for the record.
            runs: of each form.

        Raises:
            ScriptFailed: a form does not end well.
        """
        with self._runner() as (runner, keep):
            first, second = (self._run(runner, BASELINE, 0, keep / str(n)) for n in (0, 1))
            passing = passing_lines(self._prepared.source.tree)
            judge = Judge(second, first, self._prepared.watched.better, None, ALLOWED, TOLERANCE, passing)
            best = self._first_look(runner, judge, keep)
            seeded = self._retrained(judge)
            random_order = random.Random(f"{self.rule.full_id} {case}")
            readings: dict[Candidate, list[_Ran]] = {BASELINE: [], best: []}
            for block in range(runs):
                seed = block if seeded else 0
                for candidate in random_order.sample([BASELINE, best], 2):
                    outcome = self._run(runner, candidate, seed, keep / "now")
                    judged = judge.baseline(outcome) if candidate == BASELINE else self._judged(judge, outcome, seed)
                    readings[candidate].append(_Ran(outcome, judged))
        return self._record(case, shown, best, readings[BASELINE], readings[best], judge, runs if seeded else 1)

    # -- what is run

    def _candidate(self, parameters: Mapping[str, Any]) -> Candidate:
        values = {(one.unit, one.name): parameters.get(one.name, one.first) for one in self._tunables()}
        return Candidate(frozenset(unit.id for unit in self._units), tuple(sorted(values.items(), key=lambda x: x[0])))

    def _tunables(self) -> list[Any]:
        return [tunable for unit in self._units for tunable in tunables(unit)]

    def _candidates(self) -> Iterator[Candidate]:
        """The rule with each value of its parameters."""
        wanted: list[list[tuple[tuple[str, str], Value]]] = []
        for one in self._tunables():
            choices = one.choices or _spread(*one.bounds, one.scale)
            wanted.append([((one.unit, one.name), value) for value in choices])
        for values in itertools.product(*wanted):
            yield Candidate(frozenset(unit.id for unit in self._units), tuple(sorted(values, key=lambda x: x[0])))

    def _first_look(self, runner: Runner, judge: Judge, keep: Path) -> Candidate:
        """The values with which the rule costs least, of those that do the job where any does."""
        candidates = list(self._candidates())
        if len(candidates) == 1:
            return candidates[0]
        looks: list[tuple[bool, float, int]] = []
        for number, candidate in enumerate(candidates):
            outcome = self._run(runner, candidate, 0, keep / "look")
            good = judge.judge(outcome, self._renderer.level(candidate)).ok
            looks.append((not good, outcome.cpu_s, number))
        return candidates[min(looks)[2]]

    def _retrained(self, judge: Judge) -> bool:
        """Whether blocks are to have seeds of their own."""
        model = any(unit.level == "model" for unit in self._units)
        return model and judge.source.source != "outputs" and has_seed(self._prepared.source.text)

    def _judged(self, judge: Judge, outcome: Outcome, seed: int) -> Judgement:
        level = max((unit.level for unit in self._units), key=("exact", "numeric", "model").index)
        judged = judge.judge(outcome, "model" if seed else level)
        return replace(judged, ok=True, reason="") if seed else judged

    @contextmanager
    def _runner(self) -> Iterator[tuple[Runner, Path]]:
        sandbox = open_sandbox()
        with scratch_folder() as scratch:
            copy = WorkingCopy(
                self.script.parent, self.script.name, scratch / "copy", share_large=sandbox.mounts, data=(), without=()
            )
            lock = MachineLock() if self._wait else None
            compiled = target_of(self._python).compiled
            yield (
                Runner(open_meter("auto"), sandbox, copy, scratch / "runs", lock=lock, compiled=compiled),
                scratch / "kept",
            )

    def _run(self, runner: Runner, candidate: Candidate, seed: int, keep: Path) -> Outcome:
        form = self._renderer.with_seed(candidate, seed)
        if form.refusal is not None:
            raise UsageError(f"{self.script}: {form.refusal}")
        spec = RunSpec(
            script_name=self.script.name,
            source=form.data,
            python=self._python,
            environment=run_environment({"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, ()),
            timeout_s=LIMIT_S,
            instrumentation=self._renderer.watched(form).instrumentation,
        )
        outcome = runner.run(spec, keep)
        if not outcome.ok:
            words = outcome.stderr.decode("utf-8", "replace")[-1500:]
            raise ScriptFailed(f"{self.script} ({'as it is' if candidate == BASELINE else 'rewritten'}): {words}")
        return outcome

    # -- what came of it

    def _record(
        self,
        case: Literal["pays", "idle"],
        shown: str,
        candidate: Candidate,
        before: list[_Ran],
        after: list[_Ran],
        judge: Judge,
        seeds: int,
    ) -> RuleMeasurement:
        costs = [[one.outcome.cpu_s for one in group] for group in (after, before)]
        if min(map(min, costs)) <= 0:
            raise MeasurementError(f"{self.script}: a run took no CPU time")
        ratio = ratio_interval(*costs, seed=0, least_sd=LEAST_SD)
        form = self._renderer.form(candidate)
        machine = read_machine(self._prepared.target.python_version)
        required = {name for unit in self._units for name in unit.requires}
        libraries = self._prepared.libraries | {name: self._prepared.target.version(name) or "?" for name in required}
        time_before, time_after = (statistics.median(one.outcome.time_s for one in group) for group in (before, after))
        return RuleMeasurement(
            script=shown,
            script_sha256=hashlib.sha256(self._prepared.source.data).hexdigest(),
            rewritten_sha256=form.digest,
            case=case,
            saving=round(1 - ratio.center, 4),
            low=round(1 - ratio.high, 4),
            high=round(1 - ratio.low, 4),
            runs=len(before),
            cpu_before_s=round(statistics.median(costs[1]), 4),
            cpu_after_s=round(statistics.median(costs[0]), 4),
            time_before_s=round(time_before, 4),
            time_after_s=round(time_after, 4),
            quality=_kept(judge, before, after, seeds),
            parameters={name: value for (_, name), value in candidate.parameters},
            applied=list(form.rules),
            libraries=dict(sorted(libraries.items())),
            python=self._prepared.target.python_version,
            cpu=machine.cpu,
            cores=usable_threads(),
            measured=datetime.now(UTC).date(),
        )


def _family(rule: Rule) -> tuple[str, ...]:
    """Full ids of a rule, of those it goes together with, and of those it needs."""
    from greenrules.verbs.catalogue import rules

    same_pack = [one for one in rules() if one.pack == rule.pack]
    group = rule.spec.together
    names = {one.full_id for one in same_pack if one is rule or (group is not None and one.spec.together == group)}
    names.add(rule.full_id)
    open_ids = set(names)
    while open_ids:
        taken = open_ids.pop()
        needs = next((one.spec.needs for one in same_pack if one.full_id == taken), [])
        new = {need if "/" in need else f"{rule.pack}/{need}" for need in needs} - names
        names |= new
        open_ids |= new
    return tuple(sorted(names))


def _closure(unit: Unit, units: Mapping[str, Unit]) -> list[str]:
    """A unit and those without which it must not be applied."""
    names, waiting = [unit.id], list(unit.needs)
    while waiting:
        name = waiting.pop()
        if name in units and name not in names:
            names.append(name)
            waiting += units[name].needs
    return names


def _spread(low: float, high: float, scale: str) -> list[Value]:
    """Points of a range."""
    steps = [number / (POINTS - 1) for number in range(POINTS)]
    points = [low * (high / low) ** step if scale == "log" else low + (high - low) * step for step in steps]
    whole = float(low).is_integer() and float(high).is_integer()
    return [round(point) if whole else point for point in points]


def _kept(judge: Judge, before: list[_Ran], after: list[_Ran], seeds: int) -> QualityKept:
    """Whether the rewritten script did its job, over all runs."""
    bad = next((one.judgement.reason for one in after if not one.judgement.ok), None)
    # Runs of one seed give one quality: they are no repetition of it.
    pairs = [
        (one.judgement.quality, two.judgement.quality) for one, two in zip(before[:seeds], after[:seeds], strict=True)
    ]
    known = [(one, two) for one, two in pairs if one is not None and two is not None]
    if judge.source.source == "outputs" or not known:
        return QualityKept(ok=bad is None, reason=bad or "its outputs agree with the script's own")
    old, new = ([pair[side] for pair in known] for side in (0, 1))
    if seeds == 1:
        ok, reason = bad is None, bad or "its quality is within what is allowed"
    else:
        verdict = quality_guard(old, new, judge.source.better, ALLOWED)
        ok, reason = verdict.ok, verdict.reason
    return QualityKept(
        ok=ok,
        metric=judge.source.metric or "quality",
        before=round(statistics.mean(old), 6),
        after=round(statistics.mean(new), 6),
        seeds=seeds,
        reason=reason,
    )
