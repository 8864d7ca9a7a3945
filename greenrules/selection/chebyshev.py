"""The augmented weighted Chebyshev distance to the ideal.

    φ = max_k w_k d_k + ρ Σ_k w_k d_k,   d_k = (c_k − z*_k) / s_k,   s_k = max(ẑ_k − z*_k, floor_k)

with the ideal z* and the nadir ẑ over the front (Steuer and Choo 1983, Mathematical Programming 26:326; Miettinen
1999, Nonlinear Multiobjective Optimization, §3.4.5). Over all rows instead, one bad row tried by chance would decide.
The sum keeps weakly dominated rows from tying; the floors keep a difference below the noise, or below what the
user tolerates, from being blown up to a full range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from greenrules.selection.front import Floats, cost_table, pareto_front


def normalised_weights(weights: ArrayLike, count: int) -> Floats:
    """The weights scaled to sum 1.

    Raises:
        ValueError: not ``count`` finite, non-negative values with a positive sum.
    """
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (count,):
        raise ValueError(f"{count} weights are needed, one per column; got shape {values.shape}")
    if not np.isfinite(values).all() or (values < 0).any() or not values.sum() > 0:
        raise ValueError("weights must be finite and not negative, and at least one of them positive")
    largest = values / values.max()
    return np.asarray(largest / largest.sum())


def ideal_and_nadir(costs: ArrayLike) -> tuple[Floats, Floats]:
    """Least and greatest value of each column over the front; NaN where the front is empty.

    Args:
        costs: (n, k) table to minimise.
    """
    table = cost_table(costs)
    front = table[pareto_front(table)]
    if not len(front):
        empty = np.full(table.shape[1], np.nan)
        return empty, empty.copy()
    return front.min(axis=0), front.max(axis=0)


def distances(costs: ArrayLike, ideal: ArrayLike, nadir: ArrayLike, floors: ArrayLike | None = None) -> Floats:
    """d_k of every row: 0 at the ideal, 1 at the nadir. A column without a range has distance 0.

    Args:
        costs: (n, k) table.
        ideal: k values.
        nadir: k values.
        floors: k least ranges, in the columns' units; none when absent.

    Raises:
        ValueError: a floor is negative or not finite, or there are not k of them.
    """
    table = cost_table(costs)
    best, worst = np.asarray(ideal, dtype=np.float64), np.asarray(nadir, dtype=np.float64)
    least = np.zeros_like(best) if floors is None else np.asarray(floors, dtype=np.float64)
    if least.shape != best.shape or not np.isfinite(least).all() or (least < 0).any():
        raise ValueError(f"floors must be {best.size} finite values that are not negative")
    # Halves, because a range between two finite floats can exceed the largest float.
    ranges = np.maximum(worst / 2 - best / 2, least / 2)
    gaps = table / 2 - best / 2
    return np.asarray(np.divide(gaps, ranges, out=np.zeros_like(gaps), where=ranges > 0))


def augmented_chebyshev(distance: ArrayLike, weights: ArrayLike, rho: float = 0.01) -> Floats:
    """φ of rows of normalised distances.

    Args:
        distance: (n, k) table of d_k.
        weights: k values, scaled to sum 1 here.
        rho: factor of the sum; 0 gives the plain distance.
    """
    table = cost_table(distance)
    if not np.isfinite(rho) or rho < 0:
        raise ValueError("rho must be finite and not negative")
    weighted = table * normalised_weights(weights, table.shape[1])
    return np.asarray(weighted.max(axis=1, initial=0.0) + rho * weighted.sum(axis=1))


def chebyshev_scores(
    costs: ArrayLike, weights: ArrayLike, rho: float = 0.01, floors: ArrayLike | None = None
) -> Floats:
    """φ of every row, with ideal and nadir over the front; NaN for rows off the front. The least is the best.

    Args:
        costs: (n, k) table to minimise.
        weights: k values that are not negative, scaled to sum 1.
        rho: factor of the augmenting sum.
        floors: k least ranges, in the columns' units.

    Returns:
        n scores.

    Raises:
        ValueError: shapes that do not fit, or a negative weight or floor.
    """
    table = cost_table(costs)
    scores = np.full(len(table), np.nan)
    front = pareto_front(table)
    ideal, nadir = ideal_and_nadir(table)
    wanted = normalised_weights(weights, table.shape[1]) if len(table) else np.ones(table.shape[1])
    if len(front):
        scores[front] = augmented_chebyshev(distances(table[front], ideal, nadir, floors), wanted, rho)
    return scores
