"""What a search has been told, and what it believes for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greenrules.selection.regression import Posterior, run_noise
from greenrules.selection.spending import Cost
from greenrules.selection.units import BASELINE, Subset, Unit


@dataclass(frozen=True, slots=True)
class Observation:
    """How a run went.

    Attributes:
        subset: units that were on; empty for the baseline.
        energy_j: None when the run gave no reading.
        time_s: as above.
        feasible: it ended well and its quality passes.
        aborted: it was stopped early, so energy and time are lower bounds and quality is not known.
        quality_loss: against the baseline, positive when worse; None when not known.
    """

    subset: Subset
    energy_j: float | None
    time_s: float | None
    feasible: bool = True
    aborted: bool = False
    quality_loss: float | None = None

    @property
    def readable(self) -> bool:
        """Whether energy and time can be learned from."""
        return all(x is not None and math.isfinite(x) and x > 0 for x in (self.energy_j, self.time_s))


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of a subset that was run and works.

    Attributes:
        energy_ratio: posterior median of its energy over the baseline's.
        time_ratio: the same of time.
        log_energy_sd: posterior standard deviation of the log energy ratio.
        quality_loss: mean loss seen; None when not known.
    """

    subset: Subset
    energy_ratio: float
    time_ratio: float
    log_energy_sd: float
    quality_loss: float | None


class Record:
    """Observations in the order they were told, and the posteriors that follow from them.

    Args:
        units: what is searched.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._names = [unit.id for unit in units]
        # Half of a saving that is hoped for, and nothing of a loss that is feared: what is wrongly known beforehand
        # must not keep a unit from its run, for one run tells more.
        self._worth = [min(0.0, unit.worth or 0.0) / 2 for unit in units]
        self._seen: list[Observation] = []
        self._posteriors: tuple[Posterior, Posterior] | None = None
        self._extra = Cost()

    def add(self, observation: Observation) -> None:
        """Take in a run."""
        self._seen.append(observation)
        self._posteriors = None

    def charge(self, cost: Cost) -> None:
        """Take in what was used beside the runs."""
        self._extra = self._extra.plus(cost)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All that was told, oldest first."""
        return tuple(self._seen)

    @property
    def spent(self) -> Cost:
        """Energy and time used, failed runs and extras included."""
        total = self._extra
        for seen in self._seen:
            total = total.plus(Cost(_counted(seen.energy_j), _counted(seen.time_s)))
        return total

    def count(self, subset: Subset) -> int:
        """How often the subset was run."""
        return sum(seen.subset == subset for seen in self._seen)

    @property
    def working(self) -> list[Subset]:
        """Subsets that ran to the end and passed, the baseline among them, in the order they came."""
        return list(dict.fromkeys(seen.subset for seen in self._seen if seen.feasible and not seen.aborted))

    @property
    def energy(self) -> Posterior:
        """Beliefs about log energy (J)."""
        return self._both()[0]

    @property
    def time(self) -> Posterior:
        """Beliefs about log time (s)."""
        return self._both()[1]

    @property
    def energy_noise(self) -> float:
        """Standard deviation of one run's log energy."""
        subsets, energies, _ = self._learned()
        return run_noise(subsets, energies)

    def expected(self, subset: Subset) -> Cost:
        """What one run of the subset is expected to use."""
        return Cost(
            math.exp(float(self.energy.predict([subset]).mean[0])), math.exp(float(self.time.predict([subset]).mean[0]))
        )

    def beliefs(self) -> list[Belief]:
        """What is believed of every working subset but the baseline, the least energy first."""
        believed = [self._belief(subset) for subset in self.working if subset]
        return sorted(believed, key=lambda b: (b.energy_ratio, len(b.subset), sorted(b.subset)))

    def _belief(self, subset: Subset) -> Belief:
        energy, sd = self.energy.difference(subset, BASELINE)
        losses = [s.quality_loss for s in self._seen if s.subset == subset and s.quality_loss is not None]
        return Belief(
            subset,
            math.exp(energy),
            math.exp(self.time.difference(subset, BASELINE)[0]),
            sd,
            sum(losses) / len(losses) if losses else None,
        )

    def _learned(self) -> tuple[list[Subset], list[float], list[float]]:
        """Subsets with log energy and log time. Runs that failed are no example of what their units use."""
        usable = [s for s in self._seen if s.readable and (s.feasible or s.aborted)]
        return (
            [s.subset for s in usable],
            [math.log(_counted(s.energy_j)) for s in usable],
            [math.log(_counted(s.time_s)) for s in usable],
        )

    def _both(self) -> tuple[Posterior, Posterior]:
        if self._posteriors is None:
            subsets, energies, times = self._learned()
            self._posteriors = (self._fit(subsets, energies), self._fit(subsets, times))
        return self._posteriors

    def _fit(self, subsets: list[Subset], logs: list[float]) -> Posterior:
        base = [value for subset, value in zip(subsets, logs, strict=True) if subset == BASELINE]
        center = sum(base) / len(base)
        return Posterior(self._names, self._worth, subsets, logs, run_noise(subsets, logs), center)


def _counted(value: float | None) -> float:
    return value if value is not None and math.isfinite(value) and value > 0 else 0.0
