"""The one place where figures are rounded, given units and put into words.

Every function takes what is known and returns a `Quantity`; what is not known or not finite becomes "not known".
Rounding follows the interval: two significant digits of its width, so that no digit is shown that was not measured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greenrules.models import Interval

NBSP = "\u00a0"
MINUS = "\u2212"
UNKNOWN = "not known"

#: (factor, unit), ascending; the greatest factor not above the value is used
ENERGY_UNITS: tuple[tuple[float, str], ...] = (
    (1e-9, "nJ"),
    (1e-6, "µJ"),
    (1e-3, "mJ"),
    (1.0, "J"),
    (1e3, "kJ"),
    (1e6, "MJ"),
    (1e9, "GJ"),
    (1e12, "TJ"),
)
TIME_UNITS: tuple[tuple[float, str], ...] = (
    (1e-9, "ns"),
    (1e-6, "µs"),
    (1e-3, "ms"),
    (1.0, "s"),
    (60.0, "min"),
    (3600.0, "h"),
    (86400.0, "d"),
)
#: a time is shown in the next unit only from this many of it on: 90 s is read more easily than 1.5 min
_TIME_FROM = {"min": 2.0, "h": 2.0, "d": 2.0}
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as people read it.

    Attributes:
        head: the central value with its unit, such as ``412 J``.
        bounds: its 95 % interval in the same unit, such as ``[405, 419]``; empty when there is none, or when all
            runs gave the same figure.
    """

    head: str
    bounds: str = ""

    def __str__(self) -> str:
        return f"{self.head} {self.bounds}" if self.bounds else self.head

    @property
    def known(self) -> bool:
        """Whether there is a figure at all."""
        return self.head != UNKNOWN


NOTHING = Quantity(UNKNOWN)


def finite(interval: Interval | None) -> Interval | None:
    """The interval when all of it is finite and its ends stand in order, else None."""
    if interval is None or not all(map(math.isfinite, (interval.median, interval.low, interval.high))):
        return None
    if interval.low > interval.high:
        return Interval(median=interval.median, low=interval.high, high=interval.low)
    return interval


def known(value: float | None) -> float | None:
    """The value when it is finite, else None."""
    return value if value is not None and math.isfinite(value) else None


def fixed(value: float, decimals: int, sign: bool = False) -> str:
    """A number with so many decimals, a true minus sign, and no negative zero."""
    text = f"{abs(value):.{decimals}f}"
    if not text.strip("0."):
        return text
    return f"{MINUS if value < 0 else '+' if sign else ''}{text}"


def scientific(value: float, digits: int = 3) -> str:
    """A number with a power of ten, for what no prefix reaches."""
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = str(int(exponent)).translate(_SUPERSCRIPT)
    return f"{fixed(float(mantissa), digits - 1)}×10{power}"


def decimals_for(value: float, width: float, digits: int = 3, most: int = 6) -> int:
    """How many decimals a value wants.

    Args:
        value: the central value, in the unit shown.
        width: the width of its interval; 0 when there is none.
        digits: significant digits without an interval.
        most: significant digits beyond which nothing is ever shown.
    """
    # of the rounded value: 0.9997 is shown as 1.00
    magnitude = int(f"{value:.{digits - 1}e}".split("e")[1]) if value else 0
    ceiling = max(0, most - 1 - magnitude)
    if width > 0:
        return min(max(0, 1 - math.floor(math.log10(width))), ceiling)
    return min(max(0, digits - 1 - magnitude), ceiling)


def _bounds(low: str, high: str) -> str:
    return f"[{low},{NBSP}{high}]"


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def _scaled(value: float | Interval | None, units: Sequence[tuple[float, str]], start: dict[str, float]) -> Quantity:
    interval = finite(value) if isinstance(value, Interval) else None
    middle = interval.median if interval else None if isinstance(value, Interval) else known(value)
    if middle is None:
        return NOTHING
    size = abs(middle)
    base = next(name for factor, name in units if factor == 1.0)
    factor, name = (1.0, base)
    for candidate, unit in units:
        # 0.9995 rounds to 1.00 of the next unit
        if size >= 0.9995 * candidate * start.get(unit, 1.0):
            factor, name = candidate, unit
    if size and (size < units[0][0] or size / factor >= 1e5):
        head = f"{scientific(middle)}{NBSP}{base}"
        return Quantity(head, _bounds(scientific(interval.low), scientific(interval.high)) if interval else "")
    shown = middle / factor
    if interval is None:
        return Quantity(f"{fixed(shown, decimals_for(shown, 0.0, most=5))}{NBSP}{name}")
    low, high = interval.low / factor, interval.high / factor
    if low == high:
        return Quantity(f"{fixed(shown, decimals_for(shown, 0.0, most=5))}{NBSP}{name}")
    if not math.isfinite(high - low) or max(abs(low), abs(high)) >= 1e7:
        # in the base unit: dividing by a small factor may leave what a float can hold
        return Quantity(f"{scientific(middle)}{NBSP}{base}", _bounds(*map(scientific, _ends(interval))))
    places = decimals_for(shown, high - low, most=4)
    return Quantity(f"{fixed(shown, places)}{NBSP}{name}", _bounds(fixed(low, places), fixed(high, places)))


def energy(joules: float | Interval | None) -> Quantity:
    """Joules with an SI prefix: ``412 J [405, 419]``, ``1.24 kJ``."""
    return _scaled(joules, ENERGY_UNITS, {})


def time(seconds: float | Interval | None) -> Quantity:
    """Seconds, with milliseconds below one and minutes from two on."""
    return _scaled(seconds, TIME_UNITS, _TIME_FROM)


def number(value: float | Interval | None, digits: int = 4) -> Quantity:
    """A figure without a unit, such as a quality or a score."""
    interval = finite(value) if isinstance(value, Interval) else None
    middle = interval.median if interval else None if isinstance(value, Interval) else known(value)
    if middle is None:
        return NOTHING
    if interval is not None and interval.low == interval.high:
        interval = None
    if middle and not 1e-4 <= abs(middle) < 1e7:
        head = scientific(middle, digits)
        return Quantity(head, _bounds(*(scientific(end, digits) for end in _ends(interval))) if interval else "")
    if interval is None:
        return Quantity(fixed(middle, decimals_for(middle, 0.0, digits)))
    width = interval.high - interval.low
    if not math.isfinite(width) or width >= 1e7:
        ends = _bounds(*(scientific(end, digits) for end in _ends(interval)))
        return Quantity(fixed(middle, decimals_for(middle, 0.0, digits)), ends)
    # an interval wider than the value would round the value away
    places = max(decimals_for(middle, width), min(decimals_for(middle, 0.0, digits), 4))
    return Quantity(fixed(middle, places), _bounds(fixed(interval.low, places), fixed(interval.high, places)))


def compact(value: float | None) -> str:
    """A setting or a single reading, three significant digits, without zeros that say nothing: ``0.5``, ``270``."""
    words = number(value, 3).head
    return words.rstrip("0").rstrip(".") if "." in words and "×" not in words else words


def difference(new: float | None, old: float | None) -> str:
    """The signed difference of two figures without a unit; empty when one is not known."""
    new, old = known(new), known(old)
    if new is None or old is None or not math.isfinite(new - old):
        return ""
    gap = new - old
    if gap == 0:
        return "±0"
    if not 1e-4 <= abs(gap) < 1e7:
        return f"{'+' if gap > 0 else ''}{scientific(gap, 2)}"
    # one digit of a difference is enough unless it is a small one: 0.0009, but 0.0014
    digits = 2 if f"{abs(gap):e}"[0] in "12" else 1
    return fixed(gap, decimals_for(gap, 0.0, digits), sign=True)


def _percent_decimals(middle: float, low: float, high: float) -> int:
    width = high - low
    places = 0 if width >= 3 and abs(middle) >= 3 else 1 if width >= 0.3 else 2
    # a bound that only rounds to zero must not look as if it were zero: it decides what may be claimed
    while places < 4 and any(end and not fixed(end, places).strip("0.+−") for end in (low, high)):
        places += 1
    return places


def _percent(percent: Interval, sign: bool) -> Quantity:
    middle, low, high = percent.median, percent.low, percent.high
    places = _percent_decimals(middle, low, high)
    ends = (fixed(end, places, sign) for end in (low, high))
    return Quantity(f"{fixed(middle, places, sign)}{NBSP}%", _bounds(*ends))


def change(ratio: Interval | None) -> Quantity:
    """A ratio new/old as a signed change: 0.64 [0.59, 0.69] becomes ``−36 % [−41, −31]``; from 3 on ``×3.4``."""
    ratio = finite(ratio)
    if ratio is None:
        return NOTHING
    if max(abs(ratio.median), abs(ratio.low), abs(ratio.high)) >= 1e5:
        return Quantity(f"×{scientific(ratio.median)}", _bounds(scientific(ratio.low), scientific(ratio.high)))
    if ratio.median >= 3 or ratio.high >= 10:
        places = min(2, decimals_for(ratio.median, ratio.high - ratio.low, most=3))
        return Quantity(f"×{fixed(ratio.median, places)}", _bounds(fixed(ratio.low, places), fixed(ratio.high, places)))
    percent = Interval(median=100 * (ratio.median - 1), low=100 * (ratio.low - 1), high=100 * (ratio.high - 1))
    return _percent(percent, sign=True)


def rough(ratio: float | None) -> str:
    """A ratio without an interval as a signed change, in whole percent: 0.823 becomes ``−18 %``; from 3 on ``×3.4``."""
    ratio = known(ratio)
    if ratio is None:
        return UNKNOWN
    if ratio >= 3:
        return f"×{number(ratio, 2)}"
    percent = fixed(100 * (ratio - 1), 0, sign=True)
    return f"{'±0' if percent.strip('+0') == '' else percent}{NBSP}%"


def saving(ratio: Interval) -> Quantity:
    """What is saved, without a sign: ratio 0.64 [0.59, 0.69] becomes ``36 % [31, 41]``.

    Args:
        ratio: a finite interval that lies below 1.
    """
    percent = Interval(median=100 * (1 - ratio.median), low=100 * (1 - ratio.high), high=100 * (1 - ratio.low))
    return _percent(percent, sign=False)


def share(value: float | None) -> str:
    """A share of one as a percentage: 0.42 becomes ``42 %``."""
    value = known(value)
    percent = known(100 * value) if value is not None else None
    if percent is None:
        return UNKNOWN
    if abs(percent) >= 1e6:
        return f"{scientific(percent)}{NBSP}%"
    places = 0 if abs(percent) >= 10 or percent == 0 else min(6, max(1, -math.floor(math.log10(abs(percent)))))
    return f"{fixed(percent, places)}{NBSP}%"


def below_one(ratio: Interval | None) -> bool:
    """Whether the whole interval of a ratio lies below 1: the only case in which "less" may be said."""
    ratio = finite(ratio)
    return ratio is not None and ratio.high < 1


def above_one(ratio: Interval | None) -> bool:
    """Whether the whole interval of a ratio lies above 1."""
    ratio = finite(ratio)
    return ratio is not None and ratio.low > 1


def whole(value: float | None) -> str:
    """A count, with thin groups of three: 12345 becomes ``12 345``; rounded up."""
    value = known(value)
    if value is None:
        return UNKNOWN
    if abs(value) >= 1e9:
        return scientific(value)
    return f"{math.ceil(value):,}".replace(",", NBSP).replace("-", MINUS)


def plural(count: int, noun: str) -> str:
    """A count with its noun: ``1 run``, ``5 runs``."""
    return f"{whole(count)} {noun}{'' if count == 1 else 's'}"
