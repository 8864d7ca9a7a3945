"""Single figures people ask for: accuracy per energy, energy-delay, break-even, idle share, noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from greenrules.models import BreakEven
from greenrules.selection.intervals import Estimate

Better = Literal["higher", "lower"]


def eaoi(
    base_quality: float, quality: float, base_energy_j: float, energy_j: float, better: Better = "higher"
) -> float | None:
    """The energy-accuracy optimisation index.

    (A_opt/A_base) / (E_opt/E_base) where higher is better, (L_base/L_opt) / (E_opt/E_base) for losses. A ratio of
    qualities means something on one side of zero only.

    Returns:
        None when the baseline's quality is not positive, the other's negative (or a loss zero), or an energy is not
        positive.
    """
    if not all(math.isfinite(x) for x in (base_quality, quality, base_energy_j, energy_j)):
        return None
    if base_energy_j <= 0 or energy_j <= 0 or base_quality <= 0 or quality < 0:
        return None
    if better == "higher":
        return quality / base_quality / (energy_j / base_energy_j)
    return base_quality / quality / (energy_j / base_energy_j) if quality > 0 else None


def edp(energy_j: float, time_s: float) -> float:
    """Energy-delay product, joule seconds."""
    return energy_j * time_s


def break_even(search_energy_j: float, base_energy_j: float, ratio: Estimate) -> BreakEven | None:
    """After how many runs of the script the search has paid for itself.

    Args:
        search_energy_j: everything the search used, warm-ups included.
        base_energy_j: one run of the baseline.
        ratio: energy ratio of the chosen script.

    Returns:
        None when nothing is saved; ``high`` is None when the interval does not exclude that nothing is saved.
    """

    def runs(energy_ratio: float) -> float | None:
        saved = base_energy_j * (1.0 - energy_ratio)
        return float(math.ceil(search_energy_j / saved)) if saved > 0 else None

    median, low = runs(ratio.center), runs(ratio.low)
    if median is None or low is None:
        return None
    return BreakEven(median=median, low=low, high=runs(ratio.high))


@dataclass(frozen=True, slots=True)
class Load:
    """A run as the CPU-time model sees it.

    Attributes:
        time_s: how long it took.
        utilisation: mean share of the processor's threads in use (CPU seconds / threads / time), 0 to 1.
    """

    time_s: float
    utilisation: float


def energy_at_idle_share(load: Load, share: float, tdp_w: float = 1.0) -> float:
    """E(s) = P (s Δt + (1 − s) ū Δt), joules: the model when a share s of the power flows whatever the load."""
    return tdp_w * load.time_s * (share + (1.0 - share) * load.utilisation)


def critical_idle_share(baseline: Load, candidate: Load) -> float | None:
    """The idle share at which a modelled saving is gone.

    The model without idle power flatters a candidate that uses fewer cores for longer. E(s) is linear in s, so the
    two lines meet at most once.

    Returns:
        The s in [0, 1] with E_candidate(s) = E_baseline(s); None when there is none (the candidate saves, or does not,
        whatever the share).
    """
    at_zero = energy_at_idle_share(candidate, 0.0) - energy_at_idle_share(baseline, 0.0)
    at_one = energy_at_idle_share(candidate, 1.0) - energy_at_idle_share(baseline, 1.0)
    if at_zero == at_one:
        return None
    share = at_zero / (at_zero - at_one)
    return share if 0.0 <= share <= 1.0 else None


@dataclass(frozen=True, slots=True)
class Noise:
    """How far runs of one and the same script differ.

    Attributes:
        rsd: relative standard deviation; None from fewer than two runs.
        verdict: ``unknown`` below three runs.
    """

    rsd: float | None
    verdict: Literal["quiet", "noisy", "unknown"]


def baseline_noise(energies_j: Sequence[float], *, limit: float = 0.05, settled_limit: float = 0.02) -> Noise:
    """Relative standard deviation of the baseline's runs, and whether it is too large.

    Args:
        energies_j: positive readings.
        limit: below ten runs, above which the machine is called noisy: the figure itself is still uncertain.
        settled_limit: the same from ten runs on.
    """
    n = len(energies_j)
    if n < 2:
        return Noise(None, "unknown")
    mean = math.fsum(energies_j) / n
    rsd = math.sqrt(math.fsum((x - mean) ** 2 for x in energies_j) / (n - 1)) / mean
    if n < 3:
        return Noise(rsd, "unknown")
    return Noise(rsd, "noisy" if rsd > (limit if n < 10 else settled_limit) else "quiet")
