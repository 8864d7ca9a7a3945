"""Which of the subsets that were run deserve a proof."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from greenrules.selection.confirmation import EQUAL_WITHIN
from greenrules.selection.record import Belief
from greenrules.selection.student import normal_cdf

Weights = tuple[float, float, float]
#: A rival with less chance than this to use less energy than a finalist is not confirmed for its energy.
LEAST_CHANCE = 0.1
#: Differences of time ratio, or of quality in the tolerance's unit, below which two subsets count as equal here.
TIME_STEP = 0.05


def pick_finalists(
    beliefs: Sequence[Belief],
    k: int,
    weights: Weights,
    *,
    least_saving: float,
    quality_step: float,
    affordable: Callable[[Sequence[Belief]], bool],
    always_one: bool = True,
    sure: Callable[[Belief], bool] = lambda _: True,
) -> list[Belief]:
    """At most ``k`` subsets of the posterior front of energy, quality and time, the favourite first.

    The favourite has the best weighted log ratios; among those as good within 1 %, the one with the fewest units.
    Where its quality may yet be refused, the best whose quality cannot be is next: something is proven even then. A
    rival joins when no finalist is believed better in everything that counts, and there is room.

    Args:
        beliefs: of working subsets.
        k: at most so many.
        weights: of energy, quality and time.
        least_saving: smallest saving that is looked for.
        quality_step: quality differences below this are none.
        affordable: whether the confirmation of so many has room.
        always_one: whether the favourite needs no room.
        sure: whether the quality of a subset is certain not to be refused by further runs.
    """
    candidates = [belief for belief in beliefs if belief.energy_ratio <= 1 - least_saving]
    if not always_one:
        candidates = [belief for belief in candidates if affordable([belief])]
    if not candidates or k < 1:
        return []

    def merit(belief: Belief) -> float:
        quality = (belief.quality_loss or 0.0) / quality_step if quality_step > 0 else 0.0
        # A whole tolerance (four steps) of quality counts as much as a tenth of the energy.
        return (
            weights[0] * math.log(belief.energy_ratio)
            + weights[1] * 0.025 * quality
            + weights[2] * math.log(belief.time_ratio)
        )

    def order(belief: Belief) -> tuple[float, int, list[str]]:
        return merit(belief), len(belief.subset), sorted(belief.subset)

    ranked = sorted(candidates, key=order)
    slack = EQUAL_WITHIN * (weights[0] + weights[2])
    near = [b for b in ranked if merit(b) <= merit(ranked[0]) + slack]
    chosen = [min(near, key=lambda b: (len(b.subset), *order(b)))]
    safe = None if sure(chosen[0]) else next((belief for belief in ranked if sure(belief)), None)
    if safe is not None and k > 1 and affordable([*chosen, safe]):
        chosen.append(safe)
    for rival in ranked:
        if len(chosen) == k:
            break
        distinct = all(_may_win(rival, other, quality_step) for other in chosen)
        if distinct and affordable([*chosen, rival]):
            chosen.append(rival)
    return chosen


def _may_win(rival: Belief, other: Belief, quality_step: float) -> bool:
    """Whether the rival is a different choice from the other, and better in something."""
    if rival.subset == other.subset:
        return False
    gap = math.log(rival.energy_ratio) - math.log(other.energy_ratio)
    spread = max(math.hypot(rival.log_energy_sd, other.log_energy_sd), 1e-9)
    # Within the least saving the two are one choice, and the leaner one stands already.
    if gap < -EQUAL_WITHIN and float(normal_cdf(-gap / spread)) > LEAST_CHANCE:
        return True
    if rival.time_ratio < other.time_ratio * (1 - TIME_STEP):
        return True
    if rival.quality_loss is None or other.quality_loss is None:
        return False
    return rival.quality_loss < other.quality_loss - quality_step
