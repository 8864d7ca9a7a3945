"""From what could be done to a script to what was found: units, parameters, ceilings, other seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from greenrules.bench.journal import Journal
from greenrules.bench.machine import physical_cores
from greenrules.engine.candidates import Unit
from greenrules.events import Notice, PhaseStarted, Sink
from greenrules.requests import ApplyRequest
from greenrules.selection.spending import Limits
from greenrules.verbs.candidate import BASELINE, BudgetSpent, Candidate, Measured, Tunable, counted
from greenrules.verbs.experiment import Experiment, Findings
from greenrules.verbs.history import read_history, remember
from greenrules.verbs.laboratory import Bench
from greenrules.verbs.preparation import Prepared
from greenrules.verbs.result import sha256
from greenrules.verbs.seeds import has_seed
from greenrules.verbs.share import Profile
from greenrules.verbs.worth import Outlook, data_bytes, learned, outlook, search_unit


def search(
    request: ApplyRequest, prepared: Prepared, units: Sequence[Unit], bench: Bench, first: Measured, sink: Sink
) -> Findings:
    """Everything that is run after the reference run.

    Args:
        request: what is asked.
        prepared: the script.
        units: what could be done to it.
        bench: runs candidates; warm-up and reference run are made.
        first: the reference run.
        sink: told of phases and doubts.
    """
    if not units:
        for block in range(1, request.runs):
            bench.expect(request.runs - block)
            try:
                bench.run(BASELINE, "measure", block)
            except BudgetSpent as spent:
                return Findings(stopped=f"there is nothing to try; {spent}")
        return Findings(stopped="there is nothing to try")
    profile = Profile.of(prepared, bench.series[BASELINE].stages[0])
    script, size = sha256(prepared.source.data), data_bytes(prepared.source.text, bench.setting.copy)
    known = _outlook(prepared, units, bench.journal, script, size)
    searched = [search_unit(unit, profile, known, request.expected_runs, request.runs) for unit in units]
    remodelled = frozenset(unit.id for unit in units if unit.level == "model")
    experiment = Experiment(
        searched,
        [tunable for unit in units for tunable in tunables(unit)],
        bench,
        sink,
        seed=request.seed,
        expected_runs=request.expected_runs,
        limits=_ceiling(request, first),
        weights=request.weights,
        blocks=request.runs,
        remodelled=remodelled,
        retrained=remodelled if _seeds_matter(prepared, bench) else frozenset(),
    )
    experiment.charge(bench.spent_j - (first.energy_j or 0.0), bench.spent_s - first.time_s - first.overhead_s)
    experiment.begin(first)
    findings = experiment.run()
    for lean in findings.leaner.values():
        _same_seeds(experiment, bench, lean, sink)
    remember(learned(findings.alone, searched, known, script, size))
    return findings


def _outlook(prepared: Prepared, units: Sequence[Unit], journal: Journal, script: str, size: int | None) -> Outlook:
    """What is expected of the rewrites; a search that is resumed expects what it expected."""
    kept = journal.find("outlook", script)
    if kept is not None:
        return Outlook(**kept.payload)
    found = outlook(units, prepared.portfolio, read_history(), script, size)
    journal.append("outlook", script, found.plain())
    return found


def tunables(unit: Unit) -> list[Tunable]:
    """The parameters of a unit; ``physical-cores`` becomes this machine's number."""
    cores = physical_cores(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")) or 1
    found = []
    for parameters in unit.parameters.values():
        for name, parameter in parameters.items():
            choices = parameter.choices
            if choices is not None:
                choices = list(dict.fromkeys(cores if one == "physical-cores" else one for one in choices))
            values = tuple(choices) if choices is not None else None
            found.append(Tunable(unit.id, name, values, parameter.range, parameter.scale))
    return found


def _ceiling(request: ApplyRequest, first: Measured) -> Limits:
    """What the whole experiment may use."""
    limits = Limits(blocks=request.runs, overhead_s=first.overhead_s)
    if request.budget_j is None and request.budget_s is None:
        return limits
    return replace(limits, baseline_runs=None, energy_j=request.budget_j, time_s=request.budget_s)


def _seeds_matter(prepared: Prepared, bench: Bench) -> bool:
    """Whether quality may be another with another seed: there is a figure of it, and a literal fixes the seed."""
    assert bench.judge is not None
    return bench.judge.source.source != "outputs" and has_seed(prepared.source.text)


def _same_seeds(experiment: Experiment, bench: Bench, lean: Candidate, sink: Sink) -> None:
    """Quality of a leaner form with the seeds that the baseline was confirmed with."""
    missing = sorted(bench.series[BASELINE].seeds.keys() - bench.series[lean].seeds.keys())
    if not missing:
        return
    sink(PhaseStarted("confirmation", "quality with other seeds"))
    for made, shift in enumerate(missing):
        if not experiment.affords(lean):
            sink(Notice(f"the budget had room for {counted(made, 'other seed')} of {len(missing)}", "warning"))
            return
        bench.expect(len(missing) - made)
        try:
            experiment.count(bench.run(lean, "seed", shift, seed=shift))
        except BudgetSpent as spent:
            sink(Notice(f"{spent}: {counted(made, 'other seed')} of {len(missing)} were run", "warning"))
            return
