"""What a handful of runs says about every combination of units.

log E(S) = b₀ + Σ b_i + Σ_{i<j} g_ij over the units of S, with independent normal priors b_i ~ N(m_i, 0.2²) and
g_ij ~ N(0, 0.07²). The prior covariance of two subsets depends only on what they share,

    k(S, S') = c² + 0.2² |S ∩ S'| + 0.07² |S ∩ S'| (|S ∩ S'| − 1) / 2,

so the conjugate posterior is computed from a matrix of the size of the observations, whatever the number of
pairs (Rasmussen and Williams 2006, Gaussian Processes for Machine Learning, §2.2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from greenrules.selection.front import Floats
from greenrules.selection.student import normal_cdf, normal_density
from greenrules.selection.units import Subset

MAIN_SD = 0.2
PAIR_SD = 0.07
#: Of the intercept around the first observations: wide, so that it takes no part.
INTERCEPT_SD = 1.0
LEAST_NOISE = 0.02


@dataclass(frozen=True, slots=True)
class Prediction:
    """Normal beliefs about the logarithm of subsets' costs (without the noise of a run)."""

    mean: Floats
    sd: Floats


class Posterior:
    """The conjugate posterior after some runs.

    Args:
        names: the units.
        worth: prior mean of each unit's effect on the log.
        subsets: what was run.
        logs: the logarithms seen, one per run.
        noise: standard deviation of a run's log.
        center: prior mean of the intercept, such as the log of the baseline.
    """

    def __init__(
        self,
        names: Sequence[str],
        worth: Sequence[float],
        subsets: Sequence[Subset],
        logs: Sequence[float],
        noise: float,
        center: float,
    ) -> None:
        self._columns = {name: i for i, name in enumerate(names)}
        self._worth = np.asarray(worth, dtype=np.float64)
        self._center = center
        self._seen = self._indicators(subsets)
        covariance = _prior_covariance(self._seen, self._seen) + noise**2 * np.eye(len(subsets))
        self._inverse = np.linalg.inv(covariance)
        residuals = np.asarray(logs, dtype=np.float64) - self._prior_mean(self._seen)
        self._weights = self._inverse @ residuals

    def predict(self, subsets: Sequence[Subset]) -> Prediction:
        """Mean and standard deviation of the log cost of each subset."""
        rows = self._indicators(subsets)
        cross = _prior_covariance(rows, self._seen)
        shared = rows.sum(axis=1)
        own = INTERCEPT_SD**2 + MAIN_SD**2 * shared + PAIR_SD**2 * shared * (shared - 1) / 2
        variance = own - ((cross @ self._inverse) * cross).sum(axis=1)
        return Prediction(self._prior_mean(rows) + cross @ self._weights, np.sqrt(np.maximum(variance, 0.0)))

    def difference(self, first: Subset, second: Subset) -> tuple[float, float]:
        """Mean and standard deviation of log cost(first) − log cost(second)."""
        rows = self._indicators([first, second])
        cross = _prior_covariance(rows, self._seen)
        mean = self._prior_mean(rows) + cross @ self._weights
        covariance = _prior_covariance(rows, rows) - cross @ self._inverse @ cross.T
        variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
        return float(mean[0] - mean[1]), math.sqrt(max(0.0, float(variance)))

    def _indicators(self, subsets: Sequence[Subset]) -> Floats:
        rows = np.zeros((len(subsets), len(self._columns)))
        lengths = [len(subset) for subset in subsets]
        columns = [self._columns[name] for subset in subsets for name in subset]
        rows[np.repeat(np.arange(len(subsets)), lengths), columns] = 1.0
        return rows

    def _prior_mean(self, rows: Floats) -> Floats:
        return np.asarray(self._center + rows @ self._worth)


def expected_improvement(prediction: Prediction, incumbent: float) -> Floats:
    """Expected fall below the incumbent's log cost, σ (z Φ(z) + φ(z)) with z = (incumbent − μ) / σ (Mockus 1975)."""
    gap = incumbent - prediction.mean
    sd = np.maximum(prediction.sd, 1e-12)
    z = gap / sd
    return np.asarray(np.maximum(gap * normal_cdf(z) + sd * normal_density(z), 0.0))


def run_noise(subsets: Sequence[Subset], logs: Sequence[float]) -> float:
    """Standard deviation of a run's log, from subsets that were run more than once (the baseline always is)."""
    groups: dict[Subset, list[float]] = {}
    for subset, value in zip(subsets, logs, strict=True):
        groups.setdefault(subset, []).append(value)
    degrees = sum(len(group) - 1 for group in groups.values())
    if degrees == 0:
        return LEAST_NOISE
    squares = sum(float(np.var(group)) * len(group) for group in groups.values())
    return max(LEAST_NOISE, math.sqrt(squares / degrees))


def _prior_covariance(first: Floats, second: Floats) -> Floats:
    shared = first @ second.T
    return np.asarray(INTERCEPT_SD**2 + MAIN_SD**2 * shared + PAIR_SD**2 * shared * (shared - 1) / 2)
