"""How far a number can be believed: five components, an absolute band and the band of a ratio.

Combination in quadrature as in the Guide to the expression of uncertainty in measurement (JCGM 100:2008, 5.1.2). All
values are relative, one standard deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt
from statistics import fmean, stdev

#: Systematic part by source; judgement for RAPL and NVML, experiment for the TDP model (39 % on 78 points) and for what
#: a calibration on one kind of work is off by on another (1 to 6 % on 318 pairs of model and wall meter).
METER_UNCERTAINTY = {
    "wall": 0.02,
    "rapl-intel": 0.05,
    "rapl-amd": 0.10,
    "nvml": 0.05,
    "nvml-power": 0.10,
    "calibrated": 0.06,
    "tdp-exact": 0.40,
    "tdp-tokens": 0.40,
    "tdp-user": 0.40,
    "tdp-family": 0.60,
    "tdp-threads": 0.80,
    "dram-model": 0.50,
}

#: Standard normal quantile of a 95 % band.
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Budget:
    """The components of one number's relative uncertainty.

    Attributes:
        repetition: standard error of the mean of the repetitions.
        meter: systematic part of the meter; the same for every run on one machine.
        resolution: update period and step of the counter.
        attribution: what others did on the machine at the same time.
        idle: of the idle power that was subtracted or shared.
    """

    repetition: float = 0.0
    meter: float = 0.0
    resolution: float = 0.0
    attribution: float = 0.0
    idle: float = 0.0

    @property
    def absolute(self) -> float:
        """Of the number itself."""
        return hypot(self.repetition, self.meter, self.resolution, self.attribution, self.idle)

    @property
    def random(self) -> float:
        """Without the meter's systematic part."""
        return hypot(self.repetition, self.resolution, self.attribution, self.idle)


def repetition(values: Sequence[float]) -> float:
    """Relative standard error of the mean; infinite for fewer than two values or a mean of 0."""
    if len(values) < 2 or (mean := fmean(values)) == 0:
        return float("inf")
    return stdev(values) / sqrt(len(values)) / abs(mean)


def of_runs(values: Sequence[float], parts: Sequence[Budget]) -> Budget:
    """The components of the mean of several readings of the same thing on one machine.

    What is random shrinks with their number and shows in the repetition; what is systematic stays.

    Args:
        values: the readings; one alone has no repetition.
        parts: the components of each.
    """
    return Budget(
        repetition=repetition(values) if len(values) > 1 and any(values) else 0.0,
        meter=max(part.meter for part in parts),
        resolution=fmean(part.resolution for part in parts) / sqrt(len(parts)),
        attribution=fmean(part.attribution for part in parts),
        idle=max(part.idle for part in parts),
    )


def resolution(time_s: float, energy_j: float, update_s: float, unit_j: float = 0.0) -> float:
    """Of a difference of two reads of a stepping counter.

    Each end lies anywhere within one update period and one step: rectangular distributions, of variance width²/12.
    """
    if time_s <= 0 or energy_j <= 0:
        return 0.0
    return sqrt(2 / 12) * hypot(update_s / time_s, unit_j / energy_j)


def attribution(tree_s: float, busy_s: float) -> float:
    """The share of the machine's busy CPU seconds that was not ours, 0 to 1."""
    if busy_s <= 0:
        return 0.0
    return min(1.0, max(0.0, 1.0 - tree_s / busy_s))


def idle(idle_j: float, energy_j: float, relative: float) -> float:
    """Of an energy of which ``idle_j`` is idle power known to ``relative``."""
    return 0.0 if energy_j <= 0 else relative * idle_j / energy_j


def band(value: float, relative: float, quantile: float = Z95) -> tuple[float, float]:
    """Lower and upper bound; the lower one of an energy is never below 0."""
    half = quantile * relative * abs(value)
    return max(0.0, value - half), value + half


def ratio_uncertainty(new: Budget, base: Budget) -> float:
    """Relative uncertainty of new / base on one machine and one tier: the meter's systematic part cancels."""
    return hypot(new.random, base.random)


def ratio_band(ratio: float, new: Budget, base: Budget, quantile: float = Z95) -> tuple[float, float]:
    """Lower and upper bound of new / base."""
    return band(ratio, ratio_uncertainty(new, base), quantile)
