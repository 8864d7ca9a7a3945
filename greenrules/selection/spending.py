"""What a search may use, and what it has used."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: What is planned within a user's budget may turn out so much dearer.
MARGIN = 1.1


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

    @property
    def hard(self) -> bool:
        """Whether the ceiling is the user's, so that nothing is begun that does not fit into it."""
        return self.energy_j is not None or self.time_s is not None

    @property
    def budget(self) -> Cost:
        """What the user allows; infinite where there is no limit."""
        return Cost(
            math.inf if self.energy_j is None else self.energy_j, math.inf if self.time_s is None else self.time_s
        )


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

    def within(self, other: Cost) -> bool:
        """Whether neither is more than the other's."""
        return self.energy_j <= other.energy_j and self.time_s <= other.time_s


@dataclass(frozen=True, slots=True)
class Short:
    """A ceiling that leaves no room.

    Attributes:
        reason: as a sentence.
        needed: what the user's budget would have to be; None where the ceiling is not the user's.
    """

    reason: str
    needed: Cost | None = None


def over_limit(limits: Limits, spent: Cost, planned: Cost, baseline: Cost, dearest: Cost | None = None) -> Short | None:
    """Which ceiling would be broken; None when everything fits.

    Args:
        limits: the ceilings.
        spent: used so far.
        planned: what comes next, and what must remain for the proof.
        baseline: one run of the baseline.
        dearest: what that may come to where the plan hopes for something cheap; it is what is said to be needed.
    """
    # What was kept back for a plan holds it, however the last bit was rounded.
    total = spent.plus(planned, MARGIN * (1 - 1e-9))
    needed = spent.plus(dearest or planned, MARGIN)
    if limits.energy_j is not None and total.energy_j > limits.energy_j:
        what = f"the budget of {limits.energy_j:.4g} J leaves no room to try and confirm more"
        return Short(f"{what}: that takes about {needed.energy_j:.3g} J in all", needed)
    if limits.time_s is not None and total.time_s > limits.time_s:
        what = f"the budget of {limits.time_s:.4g} s leaves no room to try and confirm more"
        return Short(f"{what}: that takes about {needed.time_s:.3g} s in all", needed)
    runs_j = spent.plus(planned).energy_j
    if limits.baseline_runs is not None and runs_j > limits.baseline_runs * baseline.energy_j:
        what = f"the ceiling of {limits.baseline_runs:.4g} baseline runs leaves no room to try and confirm more"
        return Short(what)
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
