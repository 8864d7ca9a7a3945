"""``measure``: energy per stage of a script, or of any program, without changing anything."""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from greenrules import __version__
from greenrules.bench.lock import MachineLock
from greenrules.bench.machine import read_machine
from greenrules.bench.noise import Sample, assess, relative_deviation, sample
from greenrules.bench.quality import QualitySource, choose_quality, other_metrics, read_quality
from greenrules.bench.run import Outcome
from greenrules.errors import ScriptFailed, UsageError
from greenrules.events import Notice, PhaseStarted, RunFinished, RunStarted, Sink, silent
from greenrules.meters.baseline import measure_idle
from greenrules.meters.protocol import Activity, Meter
from greenrules.meters.registry import meter_info
from greenrules.meters.tree import become_subreaper, descendants_cpu_seconds, reap_orphans
from greenrules.meters.watchdog import watchdog
from greenrules.models import (
    Decision,
    MachineInfo,
    NoiseInfo,
    QualityInfo,
    Report,
    RunRecord,
    SandboxInfo,
    ScriptInfo,
    SearchInfo,
    StageEnergy,
    Variant,
    WarningInfo,
)
from greenrules.requests import MeasureRequest, RuleChoice
from greenrules.selection.indicators import edp
from greenrules.verbs.candidate import counted
from greenrules.verbs.metering import meter_for
from greenrules.verbs.preparation import Prepared, prepare
from greenrules.verbs.readings import meter_warnings, over, reading, record, stage_energies
from greenrules.verbs.result import interval, sha256
from greenrules.verbs.setting import failure, interpreter, open_setting
from greenrules.verbs.telling import carbon_of


def measure_script(request: MeasureRequest, sink: Sink = silent) -> Report:
    """Measure a script stage by stage, or a program as a whole.

    Args:
        request: what is asked.
        sink: told of runs as they come.

    Returns:
        A report without candidates.

    Raises:
        UsageError: script or program are not what they should be.
        ScriptFailed: it does not end well.
        MeasurementError: no meter works as required.
    """
    if request.script is None:
        return _measure_program(request, sink)
    prepared = prepare(request.script, RuleChoice(), interpreter(request.run.python))
    with open_setting(request.script, request.run, sink, memory=True) as setting:
        idle = _idle(request, setting.meter, sink)
        outcomes: list[Outcome] = []
        quiet = before = sample(time.monotonic())
        sink(PhaseStarted("measure", counted(request.repeat, "run")))
        for number in range(1, request.repeat + 1):
            sink(RunStarted("baseline", number, request.repeat, _left(outcomes, request.repeat)))
            spec = setting.spec(prepared.source.data, prepared.watched.instrumentation)
            outcome = setting.runner.run(spec)
            if not outcome.ok or outcome.energy is None:
                raise failure(outcome, setting)
            outcomes.append(outcome)
            sink(RunFinished("baseline", outcome.energy.energy_j, outcome.time_s, None))
        after = sample(time.monotonic())
        metric = None if request.metric == "auto" else request.metric
        source = choose_quality(outcomes, prepared.watched.better, metric)
        runs = [record(outcome, number, read_quality(source, outcome)) for number, outcome in enumerate(outcomes)]
        stages = stage_energies([outcome.stages for outcome in outcomes], prepared.watched.lines)
        baseline = _variant(runs, stages, other_metrics(source, outcomes[-1]))
        return _report(
            request,
            setting.meter,
            baseline,
            _script(request.script, prepared, stages),
            source,
            read_machine(prepared.target.python_version),
            setting.shown_environment,
            setting.sandbox.info(setting.run.allow_network),
            (quiet, before, after),
            idle,
        )


def _left(outcomes: list[Outcome], total: int) -> float | None:
    if not outcomes:
        return None
    return statistics.median(outcome.time_s for outcome in outcomes) * (total - len(outcomes))


def _idle(request: MeasureRequest, meter: Meter, sink: Sink) -> list[WarningInfo]:
    """Measure idle power where it is asked for, so that active energy can be told apart."""
    if request.idle_s <= 0:
        return []
    sink(PhaseStarted("idle", f"watching the machine do nothing for {request.idle_s:g} s"))
    found = measure_idle(meter, request.idle_s, threads=read_machine("").threads)
    meter.idle_w = found.power_w
    sink(Notice(f"idle power {found.power_w:.3g} W"))
    busy = found.busy_share or 0.0
    if busy <= 0.05:
        return []
    message = f"the machine was {busy:.0%} busy while its idle power was measured"
    return [WarningInfo(code="idle-busy", message=message, remedy="stop other work and measure again")]


def _script(path: Path, prepared: Prepared, stages: list[StageEnergy]) -> ScriptInfo:
    return ScriptInfo(
        path=str(path),
        sha256=sha256(prepared.source.data),
        output=None,
        libraries=prepared.libraries,
        packs={pack.name: pack.version for pack in prepared.portfolio.packs},
        stages=stages,
    )


def _variant(runs: list[RunRecord], stages: list[StageEnergy], others: dict[str, float]) -> Variant:
    energies = [run.energy_j for run in runs if run.energy_j is not None]
    return Variant(
        id="baseline",
        runs=runs,
        energy_j=interval(energies, positive=True),
        energy_uncertainty=over(runs),
        time_s=interval([run.time_s for run in runs], positive=True),
        cpu_s=interval([run.cpu_s for run in runs], positive=True),
        quality=interval([run.quality for run in runs if run.quality is not None]),
        other_metrics=others,
        edp_js=edp(statistics.median(energies), statistics.median(run.time_s for run in runs)) if energies else None,
        stages=stages,
    )


def _report(
    request: MeasureRequest,
    meter: Meter,
    baseline: Variant,
    script: ScriptInfo,
    source: QualitySource,
    machine: MachineInfo,
    environment: dict[str, str],
    sandbox: SandboxInfo,
    samples: tuple[Sample, Sample, Sample],
    doubts: list[WarningInfo],
) -> Report:
    energies = [run.energy_j for run in baseline.runs if run.energy_j]
    quiet, before, after = samples
    noise, more = assess(relative_deviation([energies]), before, after, machine.threads, quiet)
    if len(energies) < 2:
        noise = NoiseInfo(baseline_rsd=None, load=noise.load, steal=noise.steal, verdict="unknown")
    return Report(
        greenrules=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seed=request.seed,
        command=list(request.command),
        script=script,
        machine=machine,
        environment=environment,
        meter=meter_info(meter),
        quality=QualityInfo(metric=source.metric, better=source.better, source=source.source),
        baseline=baseline,
        decision=Decision(weights={}, reason="measured only; nothing was changed"),
        search=SearchInfo(
            runs=len(baseline.runs),
            energy_j=sum(energies),
            time_s=sum(run.time_s for run in baseline.runs),
            break_even_runs=None,
            stopped="measured only",
            journal=None,
        ),
        noise=noise,
        sandbox=sandbox,
        warnings=[*doubts, *more, *meter_warnings(baseline.runs)],
        carbon=carbon_of(request.carbon, baseline, None),
    )


def _measure_program(request: MeasureRequest, sink: Sink) -> Report:
    """Run a program as it is, where it is: no working copy and no sandbox, for it is the user's own command."""
    program = shutil.which(request.program[0])
    if program is None:
        raise UsageError(f"no such program: {request.program[0]}")
    meter = meter_for(request.run, sink, memory=True)
    become_subreaper()
    records: list[RunRecord] = []
    with MachineLock(waiting=lambda holder: sink(Notice(holder))):
        idle = _idle(request, meter, sink)
        quiet = before = sample(time.monotonic())
        sink(PhaseStarted("measure", counted(request.repeat, "run")))
        for number in range(1, request.repeat + 1):
            sink(RunStarted("program", number, request.repeat))
            records.append(_one(request, program, meter, number - 1))
            sink(RunFinished("program", records[-1].energy_j, records[-1].time_s, None))
        after = sample(time.monotonic())
    name = " ".join(request.program)
    script = ScriptInfo(path=name, sha256=sha256(name.encode()), output=None, libraries={}, packs={}, stages=[])
    return _report(
        request,
        meter,
        _variant(records, [], {}),
        script,
        QualitySource("outputs", None, "higher"),
        read_machine(""),
        {},
        SandboxInfo(kind="none", network=True, detail="the program runs as it would in your shell"),
        (quiet, before, after),
        idle,
    )


def _one(request: MeasureRequest, program: str, meter: Meter, block: int) -> RunRecord:
    """One run of the program; its output goes where ours goes, its result to stderr, so that stdout is the report's."""
    with watchdog(meter):
        cpu = descendants_cpu_seconds()
        started = time.monotonic_ns()
        start = meter.read(Activity(started, cpu))
        try:
            done = subprocess.run([program, *request.program[1:]], stdout=2, timeout=request.run.timeout_s, check=False)
        except subprocess.TimeoutExpired:
            raise ScriptFailed(
                f"{request.program[0]} did not end within {request.run.timeout_s:g} s",
                remedy="give it more with --timeout S",
            ) from None
        ended = time.monotonic_ns()
        left = reap_orphans()
        spent = descendants_cpu_seconds()
        end = meter.read(Activity(ended, spent))
    if done.returncode != 0:
        raise ScriptFailed(f"{' '.join(request.program)} ended with exit code {done.returncode}")
    energy = meter.delta(start, end)
    if left > 0:
        told = f"{left} of its processes go on: what they use from now on is not in the figure"
        energy = replace(energy, warnings=(*energy.warnings, told))
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return RunRecord(
        block=block,
        energy_j=energy.energy_j,
        time_s=(ended - started) / 1e9,
        cpu_s=spent - cpu,
        quality=None,
        max_rss_mb=most,
        exit_code=done.returncode,
        reading=reading(energy),
    )
