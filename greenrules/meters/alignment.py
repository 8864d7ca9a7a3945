"""Lay the log of a wall meter over a known load: the clock's offset and time zone by cross-correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenrules.errors import MeasurementError
from greenrules.meters.calibration import Pair
from greenrules.meters.load import LoadTrace
from greenrules.meters.trace import Trace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GRID_S = 0.5
_FINE_S = 0.05
#: Below this correlation the pattern is not in the log.
LEAST_CORRELATION = 0.7
#: Meters show a change late; this much of each stretch is left out.
_SETTLING_S = 2.0
_PARTS = 3


def clock_offset(trace: Trace, load: LoadTrace) -> tuple[float, float]:
    """Meter clock minus ours, seconds, and the correlation at that offset.

    The load's pattern is slid over the whole log, so time zones and wrong dates do not matter.

    Raises:
        MeasurementError: the log is shorter than the load, or does not show it.
    """
    import numpy as np

    t0, t1 = load.times_s[0], load.times_s[-1]
    steps = int((t1 - t0) / _GRID_S)
    if steps < 8 or trace.times_s[-1] - trace.times_s[0] < steps * _GRID_S:
        raise MeasurementError(
            "the log is shorter than the load", remedy="start the meter's log before `calibrate`, stop it after"
        )
    ours = np.diff(np.interp(t0 + _GRID_S * np.arange(steps + 1), load.times_s, load.cpu_s))
    grid = np.arange(trace.times_s[0], trace.times_s[-1] + 1e-9, _GRID_S)
    theirs = np.diff(np.interp(grid, trace.times_s, trace.energy_j))
    scores = _correlations(theirs, ours)
    coarse = float(grid[int(np.argmax(scores))]) - t0
    best, score = coarse, float(scores.max())
    for offset in np.arange(coarse - _GRID_S, coarse + _GRID_S, _FINE_S):
        at = t0 + float(offset) + _GRID_S * np.arange(steps + 1)
        fine = float(_correlations(np.diff(np.interp(at, trace.times_s, trace.energy_j)), ours)[0])
        if fine > score:
            best, score = float(offset), fine
    if score < LEAST_CORRELATION:
        raise MeasurementError(
            f"the log does not show the load (correlation {score:.2f})",
            remedy="let `calibrate` run while the meter logs this machine, with nothing else running",
        )
    return best, score


def _correlations(long: NDArray[np.float64], short: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pearson's correlation of ``short`` with each stretch of ``long`` of its length; 0 where that is constant."""
    import numpy as np

    count = len(short)
    centred = short - short.mean()
    long = long - long.mean()
    sums = np.concatenate(([0.0], np.cumsum(long)))
    squares = np.concatenate(([0.0], np.cumsum(long * long)))
    variance = squares[count:] - squares[:-count] - (sums[count:] - sums[:-count]) ** 2 / count
    scale = np.sqrt(np.maximum(variance, 0.0) * float(centred @ centred))
    product = np.correlate(long, centred, mode="valid")
    found: NDArray[np.float64] = np.divide(product, scale, out=np.zeros_like(product), where=scale > 1e-9 * scale.max())
    return found


def pairs_of(trace: Trace, load: LoadTrace, w_per_thread: float) -> tuple[list[Pair], float]:
    """Stretches of the load by model and meter, and the clock's offset.

    Args:
        trace: the meter's log.
        load: what ran meanwhile.
        w_per_thread: of the uncalibrated model.

    Raises:
        MeasurementError: the log does not show the load.
    """
    import numpy as np

    offset, _ = clock_offset(trace, load)
    period_s = (trace.times_s[-1] - trace.times_s[0]) / (len(trace.times_s) - 1)
    pairs = []
    for segment in load.segments:
        margin = (segment.end_s - segment.start_s) / 5
        start = segment.start_s + min(max(_SETTLING_S, period_s), margin)
        # The row after the end of a stretch may hold some of it, and the row before it some of the next.
        edges = np.linspace(start, segment.end_s - min(period_s, margin), _PARTS + 1)
        cpu = np.interp(edges, load.times_s, load.cpu_s)
        for part in range(_PARTS):
            a, b = float(edges[part]), float(edges[part + 1])
            wall_j = trace.energy_at(b + offset) - trace.energy_at(a + offset)
            pairs.append(Pair(b - a, w_per_thread * float(cpu[part + 1] - cpu[part]), wall_j))
    return pairs, offset
