"""What a search may use, and what it has used."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The ceiling of a search, the confirmation of its finalists included.

    Attributes:
        energy_j: the user's budget in joules.
        time_s: the user's budget in seconds.
        baseline_runs: energy in units of one baseline run; None when only the user's budget counts. The default keeps
            a whole ``apply`` on a script with a handful of rewrites below 25 runs, one warm-up and leave-one-out
            included.
        trials: runs of the search, whatever they cost.
        blocks: least blocks of the confirmation, for which room is kept.
        overhead_s: seconds that every run takes beside its own.
    """

    energy_j: float | None = None
    time_s: float | None = None
    baseline_runs: float | None = 22.0
    trials: int = 60
    blocks: int = 5
    overhead_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Energy and time of one or more runs."""

    energy_j: float = 0.0
    time_s: float = 0.0

    def plus(self, other: Cost, times: float = 1.0) -> Cost:
        """The sum, with the other taken so many times."""
        return Cost(self.energy_j + times * other.energy_j, self.time_s + times * other.time_s)

    def times(self, factor: float) -> Cost:
        """So many of these."""
        return Cost(factor * self.energy_j, factor * self.time_s)


def over_limit(limits: Limits, planned: Cost, baseline: Cost) -> str | None:
    """Which ceiling the planned total breaks, as a sentence; None when it fits.

    Args:
        limits: the ceilings.
        planned: used so far, plus what comes next, plus what must remain.
        baseline: one run of the baseline.
    """
    if limits.energy_j is not None and planned.energy_j > limits.energy_j:
        return f"the budget of {limits.energy_j:.4g} J leaves no room to try and confirm more"
    if limits.time_s is not None and planned.time_s > limits.time_s:
        return f"the budget of {limits.time_s:.4g} s leaves no room to try and confirm more"
    if limits.baseline_runs is not None and planned.energy_j > limits.baseline_runs * baseline.energy_j:
        return f"the ceiling of {limits.baseline_runs:.4g} baseline runs leaves no room to try and confirm more"
    return None


def left(limits: Limits, spent: Cost, baseline: Cost) -> Cost:
    """What the ceilings leave, never negative; infinite where there is no ceiling.

    Args:
        limits: the ceilings.
        spent: used so far.
        baseline: one run of the baseline.
    """
    energies = [] if limits.energy_j is None else [limits.energy_j]
    if limits.baseline_runs is not None:
        energies.append(limits.baseline_runs * baseline.energy_j)
    energy = min(energies, default=math.inf) - spent.energy_j
    time = (math.inf if limits.time_s is None else limits.time_s) - spent.time_s
    return Cost(max(0.0, energy), max(0.0, time))
