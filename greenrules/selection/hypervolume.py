"""How much of the cost space a set of alternatives covers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from greenrules.selection.front import Floats, cost_table, pareto_front


def hypervolume(costs: ArrayLike, reference: ArrayLike) -> float:
    """Volume of the space that the rows dominate, bounded by the reference point. Exact in any dimension.

    Rows that are not finite, or not below the reference in every column, add nothing.

    Args:
        costs: (n, k) table to minimise.
        reference: k finite values; fix them once per study, or the figures cannot be compared.

    Returns:
        The volume, in the product of the columns' units; 0.0 when nothing counts.

    Raises:
        ValueError: the reference does not have k finite values.
    """
    table = cost_table(costs)
    corner = np.asarray(reference, dtype=np.float64)
    if len(table) and corner.shape != (table.shape[1],):
        raise ValueError(f"the reference needs {table.shape[1]} values, one per column; got shape {corner.shape}")
    if not np.isfinite(corner).all():
        raise ValueError("the reference must be finite")
    if not len(table):
        return 0.0
    inside = table[np.isfinite(table).all(axis=1) & (table < corner).all(axis=1)]
    return _volume(inside, corner)


def _volume(points: Floats, corner: Floats) -> float:
    """Hypervolume by slicing objectives: sweep the last column, measure each slice in one dimension less."""
    if not len(points):
        return 0.0
    if points.shape[1] == 1:
        return float(corner[0] - points.min())
    points = np.unique(points[pareto_front(points)], axis=0)
    if points.shape[1] == 2:
        # Along a front sorted by the first column the second only falls.
        ceilings = np.concatenate(([corner[1]], points[:-1, 1]))
        return float(np.sum((corner[0] - points[:, 0]) * (ceilings - points[:, 1])))
    points = points[np.argsort(points[:, -1], kind="stable")]
    tops = np.append(points[1:, -1], corner[-1])
    heights = tops - points[:, -1]
    slices = (_volume(points[: i + 1, :-1], corner[:-1]) * height for i, height in enumerate(heights) if height > 0)
    return float(sum(slices))
