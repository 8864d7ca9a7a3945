"""``apply``: measure, rewrite, choose, write."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenrules import __version__
from greenrules.bench.journal import Journal, open_journal
from greenrules.bench.machine import read_machine
from greenrules.bench.noise import assess, sample
from greenrules.engine.candidates import Candidates, candidate_units
from greenrules.engine.compose import apply_rules
from greenrules.engine.diff import unified
from greenrules.errors import ExitCode, NothingImproved, ScriptFailed, UsageError
from greenrules.events import Notice, PhaseStarted, Sink, silent
from greenrules.models import Report, WarningInfo
from greenrules.report.write import Written, write_reports
from greenrules.requests import ApplyRequest
from greenrules.selection.quality import QualityLoss
from greenrules.selection.spending import Cost
from greenrules.verbs.candidate import BudgetSpent, counted
from greenrules.verbs.evaluations import passing_lines
from greenrules.verbs.judge import Judge
from greenrules.verbs.laboratory import Bench
from greenrules.verbs.metering import identity
from greenrules.verbs.outputs import Places
from greenrules.verbs.preparation import Prepared, prepare
from greenrules.verbs.readings import repetition
from greenrules.verbs.renderer import Renderer
from greenrules.verbs.result import sha256
from greenrules.verbs.searching import search
from greenrules.verbs.setting import Setting, interpreter, open_setting, script_path
from greenrules.verbs.telling import Told, finished, needed_budget, tell

#: Runs that no search can do without: the warm-up, the reference, and one of a candidate; then come the blocks.
LEAST_RUNS = 3


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
    script_path(request.script, (request.run.directory or Path.cwd()).resolve())
    places = Places.of(request)
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
    with open_setting(request.script, request.run, sink, places.ours()) as setting:
        return _experiment(request, prepared, found, setting, places, sink)


def _tell_beginning(prepared: Prepared, found: Candidates, sink: Sink) -> None:
    libraries = ", ".join(f"{name} {version}" for name, version in prepared.libraries.items())
    what = libraries or "the script imports no library that an installed pack knows"
    if found.units:
        sink(Notice(f"{what}: {counted(len(found.units), 'rewrite')} to try"))
    else:
        sink(Notice(f"{what}: no rule applies; it is measured all the same"))


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
    if request.diff_only:
        places = replace(places, folder=setting.scratch / "results")
    keep = places.reference
    # What may be asked otherwise of the same runs: they go on, and are told anew.
    asked = repr((request.budget_s, request.budget_j, request.expected_runs, request.idle_share, request.carbon))
    variables = {name: sha256(value.encode("utf-8", "surrogateescape")) for name, value in _variables(setting)}
    parts = {"data": setting.copy.digests, "environment": variables}
    journal = open_journal(places.journal, _header(request, prepared, setting), resume=request.resume, parts=parts)
    try:
        with journal:
            for note in journal.notes:
                sink(Notice(note))
            if not journal.entries:
                shutil.rmtree(keep, ignore_errors=True)
            told = finished(journal, asked)
            if told is None:
                budget = Cost(request.budget_j or math.inf, request.budget_s or math.inf)
                bench = Bench(setting, renderer, journal, sink, keep, request.expected_runs, budget)
                told = _runs(request, prepared, found, setting, bench, journal, sink)
                journal.append("end", asked, told.kept())
            else:
                sink(Notice("everything was run already"))
    except ScriptFailed:
        places.clear()
        raise
    except BudgetSpent as spent:
        places.clear()
        least = needed_budget(request, bench.spent.times(LEAST_RUNS + 2 * request.runs))
        raise UsageError(
            f"{spent} before the script as it is was measured",
            remedy=f"a search takes at least {LEAST_RUNS + 2 * request.runs} runs of the script: more than {least}",
        ) from None
    except KeyboardInterrupt:
        if journal.entries and not request.diff_only:
            runs = sum(entry.kind == "run" for entry in journal.entries)
            sink(Notice(f"{counted(runs, 'run')} kept; --resume goes on from there"))
        else:
            places.clear()
        raise
    if not any(warning.code == "budget" for warning in told.report.warnings):
        # Else more of a budget may come, and what was run need not be run again.
        shutil.rmtree(keep, ignore_errors=True)
    return _deliver(request, prepared, places, renderer, told, sink)


def _variables(setting: Setting) -> list[tuple[str, str]]:
    """The environment of the runs, without what says only where they were started from."""
    return sorted(one for one in setting.environment.items() if one[0] not in ("TERM", "SHELL"))


def _header(request: ApplyRequest, prepared: Prepared, setting: Setting) -> dict[str, str]:
    """What the runs depend on: a journal of something else is not resumed."""
    packs = ",".join(f"{pack.name}={pack.digest}" for pack in prepared.portfolio.packs)
    rules = ",".join(f"{rule.full_id}={rule.data}" for rule in prepared.portfolio.rules)
    machine = read_machine(prepared.target.python_version)
    return {
        "script": sha256(prepared.source.data),
        "packs": sha256(f"{packs};{rules}".encode()),
        "data": setting.copy.digest,
        "environment": sha256(repr(_variables(setting)).encode()),
        "interpreter": f"{setting.python} {prepared.target.python_version}",
        "libraries": sha256(repr(sorted(prepared.libraries.items())).encode()),
        "arguments": repr(request.run.arguments),
        "machine": f"{machine.cpu}, {machine.threads} threads",
        "meter": identity(setting.meter),
        "--seed": str(request.seed),
        "--level": request.level,
        "--weights": repr(request.weights),
        "--max-quality-loss": request.max_quality_loss,
        "--tolerance": repr(request.tolerance),
        "--metric": request.metric,
        "--runs": str(request.runs),
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
    """Everything that is run: the baseline, and the experiment."""
    idle = sample(time.monotonic())
    sink(PhaseStarted("baseline", "warm-up and reference"))
    bench.expect(2 + 2 * request.runs if found.units else 1 + request.runs)
    warm = bench.warm_up()
    before = sample(time.monotonic())
    allowed = QualityLoss.parse(request.max_quality_loss)
    metric = None if request.metric == "auto" else request.metric
    better = prepared.watched.better
    passing = passing_lines(prepared.source.tree)
    first = bench.first(lambda outcome: Judge(outcome, warm, better, metric, allowed, request.tolerance, passing))
    findings = search(request, prepared, found.units, bench, first, sink)
    bench.count_leftovers()
    after = sample(time.monotonic())
    machine = read_machine(prepared.target.python_version)
    noise, doubts = assess(
        repetition([one.runs for one in bench.series.values()]), before, after, machine.threads, idle
    )
    return tell(request, prepared, found, setting, bench, findings, journal, machine, noise, doubts)


def _deliver(
    request: ApplyRequest, prepared: Prepared, places: Places, renderer: Renderer, told: Told, sink: Sink
) -> ApplyOutcome:
    report = told.report
    diff = ""
    notices: list[str] = []
    if told.selected is not None:
        diff = renderer.diff(told.selected)
        if not request.diff_only:
            original = places.write(renderer.form(told.selected).data, in_place=request.in_place)
            kept = str(original) if original is not None else None
            script = report.script.model_copy(update={"output": str(places.output), "original": kept})
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
