"""Leave-one-out: is each rewrite of the chosen script worth its edit?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from greenrules.selection.confirmation import Verdict
from greenrules.selection.search import LEAST_IMPROVEMENT, Stop
from greenrules.selection.units import Legality, Subset, Unit

#: A unit whose believed worth lies so many standard deviations above what is looked for needs no test of its own.
CERTAIN = 2.0


@dataclass(frozen=True, slots=True)
class Removal:
    """A comparison to make: ``without`` as the one finalist of a confirmation whose reference is ``subset``."""

    unit: str
    subset: Subset
    without: Subset


@dataclass(frozen=True, slots=True)
class Removed:
    """What came of a removal."""

    unit: str
    outcome: Literal["dropped", "kept"]
    reason: str


class Pruning:
    """Proposes the subset without one unit, least worth first, and keeps what is left.

    Args:
        subset: the units of the script chosen so far.
        units: all units, for what needs what.
        worth: believed rise of log energy, mean and standard deviation, when the unit leaves the subset, as
            ``SubsetSearch.removal`` gives it. Units certainly worth their edit are not tested.
    """

    def __init__(self, subset: Subset, units: Sequence[Unit], worth: Mapping[str, tuple[float, float]]) -> None:
        self.subset = subset
        self.outcomes: list[Removed] = []
        self._legality = Legality(units)
        self._open: list[str] = []
        for name in sorted(subset, key=lambda unit: (worth[unit][0], unit)):
            mean, sd = worth[name]
            if mean - CERTAIN * sd > LEAST_IMPROVEMENT:
                reason = f"without it about {mean:.0%} more energy is expected, too much for chance"
                self.outcomes.append(Removed(name, "kept", reason))
            else:
                self._open.append(name)

    def next(self) -> Removal | Stop:
        """The next comparison, or why there is none."""
        for name in self._open:
            without = self._legality.without(self.subset, name)
            if name in self.subset and without and self._legality.allows(without):
                return Removal(name, self.subset, without)
        return Stop("every rewrite was looked at")

    def observe(self, removal: Removal, verdict: Verdict) -> Removed:
        """Tell the verdict on ``removal.without`` against ``removal.subset``.

        The unit leaves unless its absence is proven to cost energy, or the script does not work without it.
        """
        self._open.remove(removal.unit)
        kept = verdict.outcome in ("costs more", "failed")
        if not kept:
            self.subset = removal.without
            self._open = [name for name in self._open if name in self.subset]
        outcome = Removed(removal.unit, "kept" if kept else "dropped", f"without it: {verdict.reason}")
        self.outcomes.append(outcome)
        return outcome

    def keep(self, removal: Removal, reason: str) -> Removed:
        """Leave the unit in without a test, such as for want of budget."""
        self._open.remove(removal.unit)
        outcome = Removed(removal.unit, "kept", reason)
        self.outcomes.append(outcome)
        return outcome
