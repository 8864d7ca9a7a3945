"""Student's t and the normal distribution, to the accuracy of a double, without SciPy."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from greenrules.selection.front import Floats

_ERF = np.frompyfunc(math.erf, 1, 1)


def normal_cdf(z: ArrayLike) -> Floats:
    """Φ(z), element by element."""
    scaled = np.asarray(z, dtype=np.float64) / math.sqrt(2.0)
    return np.asarray(0.5 * (1.0 + np.asarray(_ERF(scaled), dtype=np.float64)))


def normal_density(z: ArrayLike) -> Floats:
    """φ(z), element by element."""
    values = np.asarray(z, dtype=np.float64)
    return np.asarray(np.exp(-0.5 * values * values) / math.sqrt(2.0 * math.pi))


def t_tail(t: float, degrees: float) -> float:
    """P(T > t) of Student's t.

    For t ≥ 0 it is I_x(ν/2, 1/2) / 2 with x = ν / (ν + t²) (Abramowitz and Stegun 26.7.1).

    Args:
        t: any float.
        degrees: degrees of freedom ν > 0.
    """
    if t < 0:
        return 1.0 - t_tail(-t, degrees)
    if math.isinf(t):
        return 0.0
    square = t * t
    return 0.5 * _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + square), square / (degrees + square))


@lru_cache(maxsize=512)
def t_quantile(probability: float, degrees: float) -> float:
    """The t with P(T ≤ t) = probability.

    Args:
        probability: strictly between 0 and 1.
        degrees: degrees of freedom ν > 0.

    Raises:
        ValueError: an argument is out of its range.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError("a probability lies strictly between 0 and 1")
    if not degrees > 0:
        raise ValueError("degrees of freedom must be positive")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -_upper_quantile(probability, degrees)
    return _upper_quantile(1.0 - probability, degrees)


def _upper_quantile(tail: float, degrees: float) -> float:
    """The t > 0 with P(T > t) = tail, by bisection in log t: slow, certain, and cached."""
    low, high = -40.0, 1.0
    while t_tail(math.exp(high), degrees) > tail and high < 700:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if t_tail(math.exp(middle), degrees) > tail:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def _incomplete_beta(a: float, b: float, x: float, complement: float) -> float:
    """The regularised I_x(a, b); ``complement`` is 1 − x, given apart so that none of its digits are lost."""
    if x <= 0.0:
        return 0.0
    if complement <= 0.0:
        return 1.0
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(complement)
    factor = math.exp(logs)
    # The fraction converges fast on one side of the mean only; the other side is its mirror image.
    if x < (a + 1.0) / (a + b + 2.0):
        return factor * _beta_fraction(a, b, x) / a
    return 1.0 - factor * _beta_fraction(b, a, complement) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    result = d
    for m in range(1, 1000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 + term * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + term / c
            c = c if abs(c) > tiny else tiny
            result *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return result
