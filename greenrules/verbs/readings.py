"""What a meter said of runs, as the report keeps it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from greenrules.bench.noise import relative_deviation
from greenrules.bench.run import Outcome, StageReading
from greenrules.meters.protocol import Energy
from greenrules.meters.uncertainty import Budget, of_runs
from greenrules.models import MeterReading, Role, RunRecord, StageEnergy, Uncertainty, WarningInfo

#: Below this coverage an energy is too incomplete to be compared.
LEAST_COVERAGE = 0.99


def reading(energy: Energy | None) -> MeterReading | None:
    """What the meter said of one run beside its energy."""
    if energy is None:
        return None
    return MeterReading(
        coverage=energy.coverage,
        domains=dict(energy.domains),
        aside=dict(energy.aside),
        machine_j=energy.machine_j,
        tree_j=energy.tree_j,
        active_j=energy.active_j,
        uncertainty=told(energy.uncertainty),
        warnings=list(energy.warnings),
    )


def told(budget: Budget) -> Uncertainty:
    """The components and what they come to."""
    return Uncertainty(
        repetition=budget.repetition,
        meter=budget.meter,
        resolution=budget.resolution,
        attribution=budget.attribution,
        idle=budget.idle,
        absolute=budget.absolute,
        ratio=budget.random,
    )


def repetition(series: Sequence[Sequence[RunRecord]]) -> float | None:
    """Relative standard deviation of one run that does the same work again.

    Args:
        series: the runs of the baseline, then those of each candidate.
    """
    by_variant = [
        [run for run in runs if run.status == "ok" and run.phase != "warm-up" and run.energy_j] for runs in series
    ]
    if not by_variant:
        return None
    alike: dict[int, list[float]] = {}
    blocks: dict[tuple[int, int], float] = {}
    for run in by_variant[0]:
        alike.setdefault(run.seed, []).append(run.energy_j or 0.0)
        if run.phase == "confirmation" and run.seed:
            blocks[run.block, run.seed] = run.energy_j or 0.0
    pairs = [
        [
            (blocks[run.block, run.seed], run.energy_j or 0.0)
            for run in runs
            if run.phase == "confirmation" and (run.block, run.seed) in blocks
        ]
        for runs in by_variant[1:]
    ]
    return relative_deviation(alike.values(), max(pairs, key=len, default=()))


def over(runs: Sequence[RunRecord]) -> Uncertainty | None:
    """Of the mean energy of runs; None when nothing is known of them."""
    known = [
        (run.energy_j, run.reading.uncertainty)
        for run in runs
        if run.energy_j is not None and run.reading is not None and run.reading.uncertainty is not None
    ]
    if not known:
        return None
    parts = [Budget(u.repetition, u.meter, u.resolution, u.attribution, u.idle) for _, u in known]
    return told(of_runs([energy_j for energy_j, _ in known], parts))


def stage_energies(
    stages: Sequence[Mapping[Role, StageReading]], lines: Mapping[Role, list[tuple[int, int]]]
) -> list[StageEnergy]:
    """Medians per role over runs, in the order in which the roles were first seen."""
    found = []
    for role in dict.fromkeys(role for one in stages for role in one):
        of_role = [one.get(role, StageReading(0.0, 0.0, 0.0)) for one in stages]
        energies = [one.energy_j for one in of_role]
        found.append(
            StageEnergy(
                role=role,
                lines=lines.get(role, []),
                energy_j=statistics.median(energies),
                time_s=statistics.median(one.time_s for one in of_role),
                cpu_s=statistics.median(one.cpu_s for one in of_role),
                uncertainty=told(of_runs(energies, [one.uncertainty for one in of_role])),
            )
        )
    return found


def record(outcome: Outcome, block: int, quality: float | None, **more: object) -> RunRecord:
    """A run as the report keeps it.

    Args:
        outcome: what came of it.
        block: its number within the phase.
        quality: that it reached.
        more: ``seed``, ``phase`` and ``status``.
    """
    energy = outcome.energy
    return RunRecord.model_validate(
        {
            "block": block,
            "energy_j": energy.energy_j if energy is not None else None,
            "time_s": outcome.time_s,
            "cpu_s": outcome.cpu_s,
            "quality": quality,
            "max_rss_mb": outcome.max_rss_mb,
            "exit_code": outcome.exit_code,
            "reading": reading(energy),
            **more,
        }
    )


def meter_warnings(runs: Sequence[RunRecord]) -> list[WarningInfo]:
    """What the meter has to say against its own figures, each once, and whether they are complete."""
    found: dict[str, int] = {}
    for run in runs:
        for sentence in run.reading.warnings if run.reading is not None else ():
            found[sentence] = found.get(sentence, 0) + 1
    warnings = [
        WarningInfo(code="meter", message=sentence + (f" (in {count} of {len(runs)} runs)" if len(runs) > 1 else ""))
        for sentence, count in found.items()
    ]
    part = min((run.reading.coverage for run in runs if run.reading is not None), default=1.0)
    if part < LEAST_COVERAGE:
        message = f"the meter saw {part:.0%} of a run only: its energy is a lower bound"
        warnings.append(WarningInfo(code="meter-coverage", message=message, remedy="measure again; greenrules doctor"))
    return warnings
