"""The ratio of two sets of readings that were not made in common blocks, such as those of two CI runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from greenrules.selection.intervals import Estimate
from greenrules.selection.student import t_quantile, t_tail


def welch_ratio(
    values: Sequence[float],
    reference: Sequence[float],
    *,
    level: float = 0.95,
    against: float = 1.0,
    least_sd: float = 0.0,
) -> Estimate:
    """Interval of the ratio of geometric means, by Welch's t on logarithms (Welch 1947, Biometrika 34:28).

    Args:
        values: positive readings of the one.
        reference: positive readings of the other.
        level: nominal coverage.
        against: the ratio the p-value tests.
        least_sd: the standard deviation of a log reading is not taken for smaller than this.

    Returns:
        Without at least two readings of each, an interval without ends.

    Raises:
        ValueError: no readings, or one that is not positive and finite.
    """
    groups = [np.log(np.asarray(group, dtype=np.float64)) for group in (values, reference)]
    if any(not group.size or not np.isfinite(group).all() for group in groups):
        raise ValueError("readings must be positive and finite, at least one of each")
    center = float(groups[0].mean() - groups[1].mean())
    n = min(group.size for group in groups)
    if n < 2:
        return Estimate(math.exp(center), 0.0, math.inf, level, math.nan, None, n, "point")
    parts = [(max(float(group.std(ddof=1)), least_sd) ** 2 / group.size, group.size - 1) for group in groups]
    variance = sum(part for part, _ in parts)
    if variance == 0.0:
        ratio = math.exp(center)
        return Estimate(ratio, ratio, ratio, level, 0.0, float(ratio == against), n, "welch")
    error = math.sqrt(variance)
    degrees = variance**2 / sum(part**2 / df for part, df in parts)
    half = t_quantile((1 + level) / 2, degrees) * error
    p_value = 2 * t_tail(abs(center - math.log(against)) / error, degrees)
    return Estimate(center, center - half, center + half, level, error, p_value, n, "welch").exponential()
