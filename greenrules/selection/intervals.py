"""What a few paired runs say about a ratio or a difference, and how sure it is.

Runs of one block share the machine's state, so a candidate is compared with the reference of its own block: the
logarithm of the ratio of the two is one observation. Up to seven blocks the interval is Student's t; from eight on
it is the studentised bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, §12.5), which also
follows a skewed distribution. A percentile bootstrap of five blocks misses far more often than it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenrules.selection.front import Floats
from greenrules.selection.student import t_quantile, t_tail

#: From so many blocks on, the bootstrap-t takes over.
BOOTSTRAP_FROM = 8
RESAMPLES = 10_000
#: Least standard deviation of a log ratio: readings of a coarse clock agree more often than the runs did.
LEAST_SD = 0.002


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval.

    Attributes:
        center: the estimate.
        low: lower end.
        high: upper end.
        level: nominal coverage, such as 0.95.
        standard_error: of the center (of its logarithm, for a ratio); NaN from a single observation.
        p_value: two-sided, of "no difference"; None when it cannot be told.
        n: observations.
        method: ``t``, ``bootstrap-t``, ``chained`` or ``point``.
    """

    center: float
    low: float
    high: float
    level: float
    standard_error: float
    p_value: float | None
    n: int
    method: str

    def excludes(self, value: float) -> bool:
        """Whether the whole interval lies on one side of the value."""
        return self.high < value or self.low > value

    def exponential(self) -> Estimate:
        """A difference of logarithms as a ratio."""
        center, low, high = (_exp(x) for x in (self.center, self.low, self.high))
        return Estimate(center, low, high, self.level, self.standard_error, self.p_value, self.n, self.method)


def mean_interval(
    values: Sequence[float], *, level: float = 0.95, seed: int = 0, least_sd: float = 0.0, against: float = 0.0
) -> Estimate:
    """Interval of a mean.

    Args:
        values: independent, finite observations.
        level: nominal coverage.
        seed: of the bootstrap; the same seed gives the same interval.
        least_sd: the standard deviation is not taken for smaller than this (the resolution of the instrument): five
            equal readings of a coarse clock do not prove anything to the last digit.
        against: the value the p-value tests.

    Returns:
        From one value an interval without ends.

    Raises:
        ValueError: no values, one that is not finite, or a level outside (0, 1).
    """
    data = np.asarray(values, dtype=np.float64)
    if data.ndim != 1 or not data.size or not np.isfinite(data).all():
        raise ValueError("an interval needs at least one value, all of them finite")
    if not 0.0 < level < 1.0:
        raise ValueError("a level lies strictly between 0 and 1")
    n, center = data.size, float(data.mean())
    if n == 1:
        return Estimate(center, -math.inf, math.inf, level, math.nan, None, 1, "t")
    spread = float(data.std(ddof=1))
    error = max(spread, least_sd) / math.sqrt(n)
    if error == 0.0:
        return Estimate(center, center, center, level, 0.0, 1.0 if center == against else 0.0, n, "t")
    observed = (center - against) / error
    if n >= BOOTSTRAP_FROM and spread > least_sd:
        ratios = _bootstrap_t(data, seed)
        lower, upper = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
        beyond = min(int(np.sum(ratios >= observed)), int(np.sum(ratios <= observed)))
        p = min(1.0, 2.0 * (beyond + 1) / (ratios.size + 1))
        return Estimate(
            center, center - float(upper) * error, center - float(lower) * error, level, error, p, n, "bootstrap-t"
        )
    half = t_quantile((1 + level) / 2, n - 1) * error
    return Estimate(center, center - half, center + half, level, error, 2 * t_tail(abs(observed), n - 1), n, "t")


def ratio_interval(
    values: Sequence[float], reference: Sequence[float], *, level: float = 0.95, seed: int = 0, least_sd: float = 0.0
) -> Estimate:
    """Interval of the ratio ``values`` over ``reference``, paired by position.

    Args:
        values: positive readings of the candidate, one per block.
        reference: the reference's readings of the same blocks.
        level: nominal coverage.
        seed: of the bootstrap.
        least_sd: least standard deviation of a log ratio.

    Returns:
        Center (geometric mean) and ends as ratios; ``standard_error`` of the log ratio.

    Raises:
        ValueError: lengths differ, or a reading is not positive.
    """
    logs = log_ratios(values, reference)
    return mean_interval(logs, level=level, seed=seed, least_sd=least_sd).exponential()


def log_ratios(values: Sequence[float], reference: Sequence[float]) -> list[float]:
    """log(value / reference), pair by pair.

    Raises:
        ValueError: lengths differ, or a reading is not positive and finite.
    """
    if len(values) != len(reference):
        raise ValueError(f"paired readings are needed; got {len(values)} and {len(reference)}")
    if any(not (math.isfinite(x) and x > 0) for x in (*values, *reference)):
        raise ValueError("readings must be positive and finite")
    return [math.log(a) - math.log(b) for a, b in zip(values, reference, strict=True)]


def chained(first: Estimate, second: Estimate) -> Estimate:
    """The ratio A/C from A/B and B/C of different blocks.

    The standard errors add in quadrature; the degrees of freedom are Welch and Satterthwaite's. The level is the higher
    of the two, which is on the safe side.

    Raises:
        ValueError: an estimate has no standard error (a single block).
    """
    parts = [(e.standard_error, e.n - 1) for e in (first, second)]
    if any(not math.isfinite(error) or df < 1 for error, df in parts):
        raise ValueError("chaining needs estimates from at least two blocks each")
    level = max(first.level, second.level)
    center = math.log(first.center) + math.log(second.center)
    variance = sum(error**2 for error, _ in parts)
    n = min(first.n, second.n)
    if variance == 0.0:
        ratio = math.exp(center)
        return Estimate(ratio, ratio, ratio, level, 0.0, 1.0 if center == 0 else 0.0, n, "chained")
    degrees = variance**2 / sum(error**4 / df for error, df in parts)
    error = math.sqrt(variance)
    half = t_quantile((1 + level) / 2, degrees) * error
    p = 2 * t_tail(abs(center) / error, degrees)
    return Estimate(center, center - half, center + half, level, error, p, n, "chained").exponential()


def holm_levels(p_values: Sequence[float], alpha: float) -> list[float]:
    """The error rate each hypothesis is tested at by Holm's step-down procedure (Holm 1979, Scand. J. Stat. 6:65).

    An interval of level 1 − rate excludes "no difference" exactly when Holm rejects, and all the intervals that do so
    are wrong together at most in a share ``alpha`` of all studies.

    Args:
        p_values: one per hypothesis.
        alpha: the family's error rate.
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    rates = [0.0] * len(p_values)
    stopped: float | None = None
    for rank, index in enumerate(order):
        rate = stopped if stopped is not None else alpha / (len(order) - rank)
        if stopped is None and p_values[index] > rate:
            # Once one is kept, all after it are kept: their intervals are those of this step.
            stopped = rate
        rates[index] = rate
    return rates


def _bootstrap_t(data: Floats, seed: int) -> Floats:
    """The studentised means of resamples; those without spread say nothing and are left out."""
    random = np.random.default_rng(seed)
    drawn = data[random.integers(0, data.size, size=(RESAMPLES, data.size))]
    errors = drawn.std(axis=1, ddof=1) / math.sqrt(data.size)
    useful = errors > 1e-12 * max(1.0, float(np.abs(data).max()))
    return np.asarray((drawn.mean(axis=1)[useful] - data.mean()) / errors[useful])


def _exp(x: float) -> float:
    return math.inf if x > 700 else math.exp(x)
