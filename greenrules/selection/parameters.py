"""Values that only a measurement can choose: a batch size, a number of threads.

Tuned after the combination of rewrites is chosen. Choices are run one by one; a range is narrowed by golden section
(Kiefer 1953, Proc. AMS 4:502), on a log scale unless told otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from greenrules.selection.search import Stop

Value = int | float | str | bool

GOLDEN = (math.sqrt(5) - 1) / 2
#: The value the script has stays unless another uses so much less.
LEAST_GAIN = 0.01
#: Of a narrowed range of whole numbers so many are run one by one.
LAST_FEW = 3


class ParameterSearch:
    """Ask with ``next()``, tell with ``observe()``.

    Args:
        choices: values to enumerate; or
        bounds: the two ends of a range. Whole numbers at both ends mean whole numbers between.
        scale: of the range.
        current: the value the script has; run first, and kept unless another is better by 1 %.
        runs: most values of a range that are run, the current one included.

    Raises:
        ValueError: not exactly one of choices and bounds, no choices, or bounds that are no range (on a log scale, a
            positive one).
    """

    def __init__(
        self,
        *,
        choices: Sequence[Value] | None = None,
        bounds: tuple[float, float] | None = None,
        scale: Literal["log", "linear"] = "log",
        current: Value | None = None,
        runs: int = 8,
    ) -> None:
        if (choices is None) == (bounds is None):
            raise ValueError("give exactly one of choices and bounds")
        if choices is not None and not choices:
            raise ValueError("there are no choices")
        if bounds is not None and not (math.isfinite(bounds[0]) and math.isfinite(bounds[1]) and bounds[0] < bounds[1]):
            raise ValueError("a range needs two finite ends, the lower first")
        if bounds is not None and scale == "log" and bounds[0] <= 0:
            raise ValueError("a log scale needs positive bounds")
        self._choices = list(dict.fromkeys(choices)) if choices is not None else None
        self._log = scale == "log"
        self._whole = bounds is not None and all(float(b).is_integer() for b in bounds)
        if bounds is not None and self._whole and bounds[1] - bounds[0] < runs:
            self._choices = list(range(int(bounds[0]), int(bounds[1]) + 1))
        self._ends = (self._inner(bounds[0]), self._inner(bounds[1])) if bounds is not None else (0.0, 0.0)
        self._current = current
        self._runs = runs
        self._costs: dict[Value, float] = {}

    def next(self) -> Value | Stop:
        """The value to run next, or why there is none."""
        if self._current is not None and self._current not in self._costs:
            return self._current
        if self._choices is not None:
            return next((v for v in self._choices if v not in self._costs), Stop("every choice was run"))
        return self._section()

    def observe(self, value: Value, cost: float | None, feasible: bool = True) -> None:
        """Tell what a value costs: energy, or energy per sample where values change the amount of work.

        Args:
            value: what was run.
            cost: None when there is no reading.
            feasible: it ended well and its quality passes.
        """
        good = feasible and cost is not None and math.isfinite(cost)
        self._costs[value] = cost if good and cost is not None else math.inf

    def best(self) -> Value | None:
        """The value to take: the cheapest that works, the current one unless that is 1 % better; None if none works."""
        working = {value: cost for value, cost in self._costs.items() if math.isfinite(cost)}
        if not working:
            return None
        cheapest = min(working, key=lambda value: working[value])
        current = working.get(self._current) if self._current is not None else None
        if current is not None and working[cheapest] > (1 - LEAST_GAIN) * current:
            return self._current
        return cheapest

    def _section(self) -> Value | Stop:
        """Replay the golden section on what is known; the first unknown inner point is next."""
        low, high = self._ends
        narrow = 0.02 * (high - low)
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        while self._outer(left) != self._outer(right) and high - low >= narrow:
            for point in (self._outer(left), self._outer(right)):
                if point not in self._costs:
                    return point if len(self._costs) < self._runs else Stop(f"{self._runs} values were run")
            a, b = self._costs[self._outer(left)], self._costs[self._outer(right)]
            if math.isinf(a) and math.isinf(b):
                return self._ends_or_stop()
            # One inner point of the narrower range is an old one, taken as it is: no value is run twice for a rounding.
            if a <= b:
                high, right = right, left
                left = high - GOLDEN * (high - low)
            else:
                low, left = left, right
                right = low + GOLDEN * (high - low)
        return self._between(low, high)

    def _between(self, low: float, high: float) -> Value | Stop:
        """The whole numbers that are left when two inner points round to one."""
        if self._whole:
            first, last = int(self._outer(low)), int(self._outer(high))
            left = [value for value in range(first, last + 1) if value not in self._costs]
            if left and len(left) <= LAST_FEW and len(self._costs) < self._runs:
                return left[0]
        return Stop("the range is narrowed down")

    def _ends_or_stop(self) -> Value | Stop:
        """Where neither inner point works, only the ends are left to try."""
        for end in (self._outer(self._ends[0]), self._outer(self._ends[1])):
            if end not in self._costs and len(self._costs) < self._runs:
                return end
        return Stop("no value inside the range works")

    def _inner(self, value: float) -> float:
        return math.log(value) if self._log else float(value)

    def _outer(self, position: float) -> int | float:
        value = math.exp(position) if self._log else position
        return round(value) if self._whole else value
