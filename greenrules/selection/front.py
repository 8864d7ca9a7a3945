"""Which alternatives nobody beats: the Pareto front."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


def cost_table(costs: ArrayLike) -> Floats:
    """``costs`` as an (n, k) table of floats.

    Raises:
        ValueError: it is not a table with at least one column.
    """
    table = np.asarray(costs, dtype=np.float64)
    if table.ndim == 2 and table.shape[1] > 0:
        return table
    if table.size == 0:
        return np.empty((0, table.shape[1] if table.ndim == 2 and table.shape[1] else 1))
    raise ValueError(f"costs must be an (n, k) table, one row per alternative; got shape {table.shape}")


def pareto_front(costs: ArrayLike) -> Indices:
    """Indices of the non-dominated rows, ascending.

    A row dominates another when it is nowhere larger and somewhere smaller. Equal rows do not dominate each other, so
    duplicates stay. A row with a NaN or an infinity is never on the front and dominates nothing: a missing reading is
    not a good one (comparisons with NaN are false, which would put it on the front).

    Args:
        costs: (n, k) table, every column to be minimised.

    Raises:
        ValueError: ``costs`` is not a table.
    """
    table = cost_table(costs)
    finite = np.flatnonzero(np.isfinite(table).all(axis=1))
    # In lexicographic order no later row dominates an earlier one, so each row meets only the front so far.
    order = finite[np.lexsort(table[finite].T[::-1])]
    front = np.empty((len(order), table.shape[1]))
    kept: list[int] = []
    for index in order:
        row, members = table[index], front[: len(kept)]
        dominated = ((members <= row).all(axis=1) & (members < row).any(axis=1)).any()
        if not dominated:
            front[len(kept)] = row
            kept.append(int(index))
    return np.sort(np.asarray(kept, dtype=np.intp))
