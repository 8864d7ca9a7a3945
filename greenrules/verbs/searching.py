"""From what could be done to a script to what was found: units, parameters, ceilings, other seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from greenrules.bench.machine import physical_cores
from greenrules.engine.candidates import Unit
from greenrules.events import Notice, PhaseStarted, Sink
from greenrules.requests import ApplyRequest
from greenrules.selection.spending import Limits
from greenrules.selection.units import Unit as SearchUnit
from greenrules.verbs.candidate import BASELINE, Candidate, Measured, Tunable, counted
from greenrules.verbs.experiment import Experiment, Findings
from greenrules.verbs.laboratory import Bench
from greenrules.verbs.preparation import Prepared
from greenrules.verbs.seeds import has_seed
from greenrules.verbs.share import Profile

#: Other seeds that a finalist is run with, where the script has one.
SEEDS = (1, 2, 3)
#: Energy of a finalist in baseline runs, as far as room must be kept for its seeds.
HOPED_ENERGY = 0.5


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
            bench.run(BASELINE, "measure", block)
        return Findings(stopped="there is nothing to try")
    seeds = SEEDS if _seeds_matter(prepared, units, bench) else ()
    profile = Profile.of(prepared, bench.series[BASELINE].stages[0])
    ceiling = _ceiling(request, first)
    experiment = Experiment(
        [search_unit(unit, profile) for unit in units],
        [tunable for unit in units for tunable in tunables(unit)],
        bench,
        sink,
        seed=request.seed,
        expected_runs=request.expected_runs,
        limits=_without(ceiling, first, len(seeds)),
        ceiling=ceiling,
        weights=request.weights,
        blocks=request.runs,
    )
    experiment.charge(bench.spent_j - (first.energy_j or 0.0), bench.spent_s - first.time_s - first.overhead_s)
    experiment.begin(first)
    findings = experiment.run()
    winners = [findings.leaner.get(one, one) for one in findings.finalists if findings.verdicts[one].proven]
    _other_seeds(experiment, bench, winners, seeds, sink)
    return findings


def search_unit(unit: Unit, profile: Profile) -> SearchUnit:
    """A unit as the search knows it."""
    return SearchUnit(
        unit.id, needs=frozenset(unit.needs), excludes=frozenset(unit.excludes), share=profile.share(unit)
    )


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


def _without(ceiling: Limits, first: Measured, seeds: int) -> Limits:
    """The ceilings of the search proper: room for other seeds is kept aside."""
    runs = seeds * (1 + HOPED_ENERGY)
    joules, seconds = runs * (first.energy_j or 0.0), 2 * seeds * (first.time_s + first.overhead_s)
    return replace(
        ceiling,
        baseline_runs=None if ceiling.baseline_runs is None else ceiling.baseline_runs - runs,
        energy_j=None if ceiling.energy_j is None else max(0.0, ceiling.energy_j - joules),
        time_s=None if ceiling.time_s is None else max(0.0, ceiling.time_s - seconds),
    )


def _seeds_matter(prepared: Prepared, units: Sequence[Unit], bench: Bench) -> bool:
    """Whether quality may be another with another seed: something trains another model, and a literal fixes one."""
    assert bench.judge is not None
    scored = bench.judge.source.source != "outputs"
    return scored and any(unit.level == "model" for unit in units) and has_seed(prepared.source.text)


def _other_seeds(
    experiment: Experiment, bench: Bench, winners: Sequence[Candidate], seeds: Sequence[int], sink: Sink
) -> None:
    """Quality with other seeds, for winners that train another model."""
    changed = [one for one in dict.fromkeys(winners) if bench.renderer.level(one) == "model"]
    if not changed or not seeds:
        return
    sink(PhaseStarted("confirmation", "quality with other seeds"))
    together = (BASELINE, *changed)
    for made, shift in enumerate(seeds):
        if not experiment.affords(*together, last=True):
            sink(Notice(f"the budget had room for {counted(made, 'other seed')} of {len(seeds)}", "warning"))
            return
        for number, candidate in enumerate(together):
            bench.expect((len(seeds) - made) * len(together) - number)
            experiment.count(bench.run(candidate, "seed", shift, seed=shift))
