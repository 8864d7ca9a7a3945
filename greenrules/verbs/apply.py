"""``apply``: measure, rewrite, choose, write."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenrules import __version__
from greenrules.bench.journal import Journal, open_journal
from greenrules.bench.machine import physical_cores, read_machine
from greenrules.bench.noise import assess, sample
from greenrules.engine.candidates import Candidates, Unit, candidate_units
from greenrules.engine.compose import apply_rules
from greenrules.engine.diff import unified
from greenrules.errors import ExitCode, NothingImproved
from greenrules.events import Notice, PhaseStarted, Sink, silent
from greenrules.models import Report, WarningInfo
from greenrules.report.write import Written, write_reports
from greenrules.requests import ApplyRequest
from greenrules.selection.quality import QualityLoss
from greenrules.selection.spending import Limits
from greenrules.selection.units import Unit as SearchUnit
from greenrules.verbs.experiment import BASELINE, Candidate, Experiment, Findings, Tunable
from greenrules.verbs.judge import Judge
from greenrules.verbs.laboratory import Bench
from greenrules.verbs.outputs import Places
from greenrules.verbs.preparation import Prepared, prepare
from greenrules.verbs.renderer import Renderer
from greenrules.verbs.result import sha256
from greenrules.verbs.seeds import has_seed
from greenrules.verbs.setting import Setting, interpreter, open_setting, script_path
from greenrules.verbs.telling import Told, tell

#: Other seeds that a finalist is run with, where the script has one.
SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class ApplyOutcome:
    """What came of it.

    Attributes:
        report: everything; None with ``--static``.
        written: documents of the report.
        diff: unified diff of what is written, or would be.
        summary: for people, where there is no report.
        notices: what else they should know.
        exit_code: of the command.
    """

    report: Report | None
    written: tuple[Written, ...] = ()
    diff: str = ""
    summary: str = ""
    notices: tuple[str, ...] = ()
    exit_code: ExitCode = ExitCode.OK


def apply(request: ApplyRequest, sink: Sink = silent) -> ApplyOutcome:
    """Optimise a script.

    Args:
        request: what is asked.
        sink: told of phases, runs and doubts as they come.

    Raises:
        UsageError: script, packs, rules, folder or output are not what they should be.
        ScriptFailed: the script itself does not end well; nothing is written.
        MeasurementError: no meter works as required.
    """
    places = Places.of(request)
    script_path(request.script, (request.run.directory or Path.cwd()).resolve())
    if not request.diff_only:
        places.check(in_place=request.in_place, force=request.force)
    sink(PhaseStarted("read", str(request.script)))
    prepared = prepare(request.script, request.rules, interpreter(request.run.python))
    for broken in prepared.portfolio.broken:
        sink(Notice(f"the pack '{broken.name}' is left out: {broken.error.message}", "warning"))
    if request.static:
        return _static(request, prepared, places)
    portfolio = prepared.portfolio
    found = candidate_units(prepared.source, portfolio.rules, portfolio.knowledge, prepared.target, level=request.level)
    _tell_beginning(prepared, found, sink)
    with open_setting(request.script, request.run, sink) as setting:
        return _experiment(request, prepared, found, setting, places, sink)


def _tell_beginning(prepared: Prepared, found: Candidates, sink: Sink) -> None:
    if not prepared.libraries:
        sink(Notice("the script imports no library that an installed pack knows; it is measured all the same"))
    elif not found.units:
        sink(Notice("no rule applies to the script; it is measured all the same"))
    else:
        libraries = ", ".join(f"{name} {version}" for name, version in prepared.libraries.items())
        sink(Notice(f"{libraries}: {len(found.units)} rewrites are possible"))


def _static(request: ApplyRequest, prepared: Prepared, places: Places) -> ApplyOutcome:
    """Exact rewrites only, without running anything."""
    portfolio = prepared.portfolio
    made = apply_rules(prepared.source, portfolio.rules, portfolio.knowledge, prepared.target, level="exact")
    if not made.applied:
        return ApplyOutcome(None, summary="no change: no exact rewrite applies", exit_code=_empty_handed(request))
    diff = unified(prepared.source.text, made.text, prepared.source.path)
    if not request.diff_only:
        places.write(prepared.source.encode(made.text), in_place=request.in_place)
    names = ", ".join(made.rules)
    where = "" if request.diff_only else f"{places.output}\n"
    summary = f"{where}{len(made.applied)} exact rewrites, nothing measured: {names}"
    return ApplyOutcome(None, diff=diff, summary=summary)


def _empty_handed(request: ApplyRequest) -> ExitCode:
    return NothingImproved.exit_code if request.require_improvement else ExitCode.OK


def _experiment(
    request: ApplyRequest, prepared: Prepared, found: Candidates, setting: Setting, places: Places, sink: Sink
) -> ApplyOutcome:
    renderer = Renderer(prepared, found.units)
    keep = places.folder / "reference"
    if not request.resume:
        shutil.rmtree(keep, ignore_errors=True)
    try:
        with open_journal(places.journal, _header(request, prepared, setting), resume=request.resume) as journal:
            for note in journal.notes:
                sink(Notice(note))
            bench = Bench(setting, renderer, journal, sink, keep)
            told = _runs(request, prepared, found, setting, bench, journal, sink)
    finally:
        if not places.journal.exists() or not any(places.folder.iterdir()):
            shutil.rmtree(places.folder, ignore_errors=True)
    shutil.rmtree(keep, ignore_errors=True)
    return _deliver(request, prepared, places, renderer, told, sink)


def _header(request: ApplyRequest, prepared: Prepared, setting: Setting) -> dict[str, str]:
    """What the runs depend on: a journal of something else is not resumed."""
    packs = ",".join(f"{pack.name}={pack.digest}" for pack in prepared.portfolio.packs)
    rules = ",".join(rule.full_id for rule in prepared.portfolio.rules)
    return {
        "script": sha256(prepared.source.data),
        "packs": sha256(f"{packs};{rules}".encode()),
        "data": setting.copy.digest,
        "environment": sha256(repr(sorted(setting.environment.items())).encode()),
        "interpreter": f"{setting.python} {prepared.target.python_version}",
        "libraries": sha256(repr(sorted(prepared.libraries.items())).encode()),
        "arguments": repr(request.run.arguments),
        "meter": f"{setting.meter.name} {setting.meter.tier}",
        "seed": str(request.seed),
        "options": repr(
            (request.level, request.weights, request.max_quality_loss, request.tolerance, request.metric, request.runs)
        ),
        "greenrules": __version__,
    }


def _runs(
    request: ApplyRequest,
    prepared: Prepared,
    found: Candidates,
    setting: Setting,
    bench: Bench,
    journal: Journal,
    sink: Sink,
) -> Told:
    """Everything that is run: the baseline, the experiment, other seeds."""
    idle = sample(time.monotonic())
    sink(PhaseStarted("baseline", "warm-up and reference"))
    warm = bench.warm_up()
    before = sample(time.monotonic())
    first = bench.first()
    allowed = QualityLoss.parse(request.max_quality_loss)
    metric = None if request.metric == "auto" else request.metric
    bench.judge = Judge(first, warm, prepared.watched.better, metric, allowed, request.tolerance)
    bench.enter_first(first)
    findings = Findings(stopped="there is nothing to try")
    if found.units:
        findings = _search(request, found.units, setting, bench, warm.energy, sink)
    else:
        for block in range(1, request.runs):
            bench.run(BASELINE, "measure", block)
    winners = [findings.leaner.get(one, one) for one in findings.finalists if findings.verdicts[one].proven]
    _other_seeds(request, prepared, bench, winners, sink)
    after = sample(time.monotonic())
    energies = [run.energy_j for run in bench.series[BASELINE].runs if run.energy_j and run.phase != "warm-up"]
    machine = read_machine(prepared.target.python_version)
    noise, doubts = assess(energies, before, after, machine.threads, idle)
    return tell(request, prepared, found, setting, bench, findings, journal, machine, noise, doubts)


def _search(
    request: ApplyRequest, units: Sequence[Unit], setting: Setting, bench: Bench, warm: object, sink: Sink
) -> Findings:
    limits = Limits(energy_j=request.budget_j, time_s=request.budget_s, blocks=request.runs)
    if request.budget_j is not None or request.budget_s is not None:
        limits = replace(limits, baseline_runs=None)
    base = bench.series[BASELINE].runs
    experiment = Experiment(
        [_search_unit(unit, bench) for unit in units],
        [tunable for unit in units for tunable in _tunables(unit)],
        bench,
        sink,
        seed=request.seed,
        expected_runs=request.expected_runs,
        limits=limits,
        weights=request.weights,
        blocks=request.runs,
    )
    experiment.charge(sum(run.energy_j or 0.0 for run in base[:1]), sum(run.time_s for run in base[:1]))
    experiment.begin(base[-1].energy_j, base[-1].time_s)
    return experiment.run()


def _search_unit(unit: Unit, bench: Bench) -> SearchUnit:
    return SearchUnit(unit.id, needs=frozenset(unit.needs), excludes=frozenset(unit.excludes))


def _tunables(unit: Unit) -> list[Tunable]:
    """The parameters of a unit; ``physical-cores`` becomes this machine's number."""
    cores = physical_cores(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")) or 1
    found = []
    for parameters in unit.parameters.values():
        for name, parameter in parameters.items():
            choices = parameter.choices
            if choices is not None:
                choices = list(dict.fromkeys(cores if one == "physical-cores" else one for one in choices))
            found.append(
                Tunable(
                    unit.id, name, tuple(choices) if choices is not None else None, parameter.range, parameter.scale
                )
            )
    return found


def _other_seeds(
    request: ApplyRequest, prepared: Prepared, bench: Bench, winners: Sequence[Candidate], sink: Sink
) -> None:
    """Quality with other seeds, for finalists that train another model, where the script fixes a seed."""
    assert bench.judge is not None
    changed = [one for one in dict.fromkeys(winners) if bench.renderer.level(one) == "model"]
    if not changed or bench.judge.source.source == "outputs" or not has_seed(prepared.source.text):
        return
    sink(PhaseStarted("confirmation", "quality with other seeds"))
    for shift in SEEDS:
        for candidate in (BASELINE, *changed):
            bench.run(candidate, "seed", shift, seed=shift)


def _deliver(
    request: ApplyRequest, prepared: Prepared, places: Places, renderer: Renderer, told: Told, sink: Sink
) -> ApplyOutcome:
    report = told.report
    diff = ""
    notices: list[str] = []
    if told.selected is not None:
        diff = renderer.diff(told.selected)
        if not request.diff_only:
            places.write(renderer.form(told.selected).data, in_place=request.in_place)
            script = report.script.model_copy(update={"output": str(places.output)})
            report = report.model_copy(update={"script": script})
    elif (stale := places.stale()) is not None and not request.diff_only:
        notices.append(f"{stale} is from an earlier run and was not written now")
        warning = WarningInfo(code="stale-output", message=notices[0], remedy=f"rm {stale}")
        report = report.model_copy(update={"warnings": [*report.warnings, warning]})
    written: Sequence[Written] = ()
    if not request.diff_only:
        sink(PhaseStarted("report", ", ".join(request.formats)))
        written = write_reports(report, places.folder, "report", request.formats)
    code = ExitCode.OK if told.selected is not None else _empty_handed(request)
    return ApplyOutcome(report, tuple(written), diff, notices=tuple(notices), exit_code=code)
