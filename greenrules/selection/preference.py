"""What the user prefers: the weights of energy, quality and time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from greenrules.errors import UsageError

#: The objectives in the order of weights and costs.
OBJECTIVES = ("energy", "quality", "time")
#: Factor of the augmenting sum of the Chebyshev distance.
RHO = 0.01


@dataclass(frozen=True, slots=True)
class Weights:
    """How much energy, quality and time count; they sum to 1."""

    energy: float = 0.5
    quality: float = 0.3
    time: float = 0.2

    @classmethod
    def of(cls, energy: float, quality: float, time: float) -> Weights:
        """Any non-negative figures, scaled to sum 1.

        Raises:
            UsageError: a weight is negative or not finite, or all are zero.
        """
        values = (energy, quality, time)
        if any(not math.isfinite(w) or w < 0 for w in values) or not sum(values) > 0:
            raise UsageError(
                f"weights must not be negative and not all zero; got {energy:g},{quality:g},{time:g}",
                remedy="write energy, quality and time, such as --weights 0.5,0.3,0.2",
            )
        total = sum(values)
        return cls(*(w / total for w in values))

    @classmethod
    def parse(cls, text: str) -> Weights:
        """``0.5,0.3,0.2``: energy, quality, time.

        Raises:
            UsageError: not three such figures.
        """
        try:
            energy, quality, time = (float(part) for part in text.split(","))
        except ValueError:
            raise UsageError(
                f"'{text}' is not three weights",
                remedy="write energy, quality and time, such as --weights 0.5,0.3,0.2",
            ) from None
        return cls.of(energy, quality, time)

    def values(self) -> tuple[float, float, float]:
        """In the order of ``OBJECTIVES``."""
        return self.energy, self.quality, self.time
