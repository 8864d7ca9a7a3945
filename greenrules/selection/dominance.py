"""Who beats whom when every figure has an error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from greenrules.models import Interval
from greenrules.selection.intervals import LEAST_SD, Estimate, log_ratios, mean_interval
from greenrules.selection.quality import LEAST_SEEDS

#: Relative difference of two qualities that the order of floating-point operations makes.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Alternative:
    """A script that can be chosen: the baseline or a candidate.

    Attributes:
        energy_j: median of its runs.
        time_s: the same.
        quality: None where quality is the equality of outputs, judged before.
        rewrites: how many rules it applies; fewer is better among equals.
        energy_ratio: to the baseline, with the interval the proof rests on; None for the baseline.
        time_ratio: the same of time.
        proven: the whole interval of the energy ratio lies below 1.
        refusal: why it cannot be chosen (failed, another output, too much quality lost); None when it can.
        critical_idle_share: see ``indicators.critical_idle_share``.
        readings: (J, s) of its confirmation runs by block; a block's number is the same for all that ran in it.
        seeds: quality with other seeds, in the same order for all.
    """

    id: str
    energy_j: float
    time_s: float
    quality: float | None = None
    rewrites: int = 0
    energy_ratio: Interval | None = None
    time_ratio: Interval | None = None
    proven: bool = False
    refusal: str | None = None
    critical_idle_share: float | None = None
    readings: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    seeds: tuple[float, ...] = ()


def uncertain_front(alternatives: Sequence[Alternative], costs: Sequence[Sequence[float]]) -> list[int]:
    """Indices of the alternatives nobody is shown to beat.

    One dominates another when it is shown to be better in something, and in nothing shown to be worse. A difference is
    shown when its 95 % interval excludes zero; where there is no repetition, the figures stand as they are, but for
    what rounding does to a quality.

    Args:
        alternatives: those to compare.
        costs: (E, L, T) of each.
    """
    count = len(alternatives)

    def beats(i: int, j: int) -> bool:
        signs = [
            _sign(alternatives[i], alternatives[j], 0, costs[i][0] - costs[j][0]),
            _quality_sign(alternatives[i], alternatives[j], costs[i][1] - costs[j][1]),
            _sign(alternatives[i], alternatives[j], 1, costs[i][2] - costs[j][2]),
        ]
        return max(signs) <= 0 and min(signs) < 0

    front = [j for j in range(count) if not any(beats(i, j) for i in range(count) if i != j)]
    # "Not shown to differ" is not transitive, so a ring is conceivable; then nobody is out.
    return front or list(range(count))


def log_ratio(first: Alternative, second: Alternative, reading: int, level: float = 0.95) -> Estimate | None:
    """log(first / second) of energy (reading 0) or time (1) over the blocks both ran in; None below two."""
    shared = sorted(first.readings.keys() & second.readings.keys())
    if len(shared) < 2:
        return None
    own = [first.readings[block][reading] for block in shared]
    other = [second.readings[block][reading] for block in shared]
    return mean_interval(log_ratios(own, other), level=level, least_sd=LEAST_SD)


def relative_error(alternative: Alternative, reading: int, baseline: Alternative) -> float:
    """Standard error of the log ratio to the baseline, 0.0 where nothing tells.

    Taken from the runs of common blocks, else from the width of the stored interval.
    """
    if (estimate := log_ratio(alternative, baseline, reading)) is not None:
        return estimate.standard_error
    ratio = alternative.time_ratio if reading else alternative.energy_ratio
    if ratio is None or not 0 < ratio.low <= ratio.high < math.inf:
        return 0.0
    # An interval of 95 % or more is at least so many standard errors wide.
    return (math.log(ratio.high) - math.log(ratio.low)) / (2 * 1.96)


def _sign(first: Alternative, second: Alternative, reading: int, gap: float) -> int:
    """-1 when the first is shown to be smaller, 1 when shown to be larger, else 0."""
    if (estimate := log_ratio(first, second, reading)) is not None:
        return 0 if not estimate.excludes(0.0) else (-1 if estimate.high < 0 else 1)
    ratios = [(a.time_ratio if reading else a.energy_ratio) for a in (first, second)]
    known = [_logs(ratio) for ratio in ratios if ratio is not None]
    if not known:
        return _point(gap)
    first_mean, first_half = _logs(ratios[0])
    second_mean, second_half = _logs(ratios[1])
    difference, half = first_mean - second_mean, math.hypot(first_half, second_half)
    return 0 if abs(difference) <= half else _point(difference)


def _quality_sign(first: Alternative, second: Alternative, gap: float) -> int:
    if abs(gap) <= ROUNDING * max(abs(first.quality or 0.0), abs(second.quality or 0.0)):
        return 0
    if len(first.seeds) == len(second.seeds) >= LEAST_SEEDS:
        estimate = mean_interval([a - b for a, b in zip(first.seeds, second.seeds, strict=True)])
        if not estimate.excludes(0.0):
            return 0
    return _point(gap)


def _logs(ratio: Interval | None) -> tuple[float, float]:
    """Log of a ratio to the baseline and half the width of its interval; the baseline's own is 0."""
    if ratio is None or not 0 < ratio.low <= ratio.high < math.inf:
        return (0.0, 0.0) if ratio is None else (math.log(ratio.median), math.inf)
    return math.log(ratio.median), (math.log(ratio.high) - math.log(ratio.low)) / 2


def _point(gap: float) -> int:
    return (gap > 0) - (gap < 0)
