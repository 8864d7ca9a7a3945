"""What can be switched on, alone or together, and which combinations are legal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from greenrules.selection.front import Floats

#: A set of switched-on units.
Subset = frozenset[str]
BASELINE: Subset = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """A rewrite, or a set of rewrites that go together, that a candidate has or has not.

    Attributes:
        id: unique name.
        needs: ids that must be on when this is.
        excludes: ids that must be off when this is.
        group: at most one unit of a group is on.
        share: largest share of the baseline's energy it can act on, 0 to 1; None when not known.
        worth: expected change of log energy (negative saves), where something is known beforehand.
        hopeless: why it is not worth a run, where that is known beforehand.
    """

    id: str
    needs: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    group: str | None = None
    share: float | None = None
    worth: float | None = None
    hopeless: str = ""


@dataclass(frozen=True, slots=True)
class Pruned:
    """A unit that is not tried, with the reason."""

    id: str
    reason: str


class Legality:
    """Which subsets of the units may be run.

    Args:
        units: what there is.

    Raises:
        ValueError: an id stands twice, or a unit needs or excludes one that is not there.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        if len(self._units) != len(units):
            raise ValueError("two units have the same id")
        for unit in units:
            if missing := sorted((unit.needs | unit.excludes) - self._units.keys()):
                raise ValueError(f"unit {unit.id!r} names {missing[0]!r}, which is not among the units")

    def allows(self, subset: Subset) -> bool:
        """Whether needs are met, and neither exclusions nor groups are violated."""
        members = [self._units[name] for name in subset]
        if any(not unit.needs <= subset or unit.excludes & subset for unit in members):
            return False
        groups = [unit.group for unit in members if unit.group is not None]
        return len(groups) == len(set(groups))

    def closure(self, name: str) -> Subset:
        """The unit with everything it needs, and what that needs."""
        found: set[str] = set()
        open_names = [name]
        while open_names:
            current = open_names.pop()
            if current not in found:
                found.add(current)
                open_names.extend(self._units[current].needs)
        return frozenset(found)

    def without(self, subset: Subset, name: str) -> Subset:
        """The subset without the unit and without those that need it."""
        return frozenset(other for other in subset if name not in self.closure(other))

    def combinations(
        self, names: Sequence[str], *, limit: int, width: int, score: Callable[[Sequence[Subset]], Floats]
    ) -> tuple[list[Subset], bool]:
        """Legal subsets of the names, the baseline first: all of them, or the best that a beam reaches.

        Args:
            names: units in the order they are tried; the most promising first.
            limit: with more subsets than this, only the best are carried from one unit to the next:
            width: so many.
            score: the less the better; asked only when there are more than ``limit``.

        Returns:
            The subsets, and whether they are all there are.
        """
        grown, complete = [BASELINE], True
        for name in names:
            whole = self.closure(name)
            # A legal set is the union of its members' closures, so every one is reached through legal ones.
            wider = dict.fromkeys(grown) | dict.fromkeys(old | whole for old in grown if self.allows(old | whole))
            grown = list(wider)
            if len(grown) > (limit if complete else width):
                order = np.argsort(score(grown), kind="stable")[:width]
                grown, complete = [BASELINE, *(grown[i] for i in order if grown[i])], False
        return grown, complete


def prune_hopeless(units: Sequence[Unit], least_saving: float = 0.01) -> tuple[list[Unit], list[Pruned]]:
    """Set aside units that cannot save what a run can show, and units that cannot be had without one of those.

    Args:
        units: what there is.
        least_saving: share of the baseline's energy below which a saving is not looked for.

    Returns:
        The units to search, and the others with the reason.
    """
    by_id = {unit.id: unit for unit in units}
    needed = set(chain.from_iterable(unit.needs for unit in units))
    pruned: dict[str, str] = {}
    for unit in units:
        # What another unit needs may be worth nothing alone and much together.
        if unit.id in needed:
            continue
        if unit.hopeless:
            pruned[unit.id] = unit.hopeless
        elif unit.share is not None and unit.share < least_saving:
            pruned[unit.id] = (
                f"it acts on {unit.share * 100:.2g} % of the energy, "
                f"less than the {least_saving * 100:.2g} % looked for"
            )
    waiting = True
    while waiting:
        waiting = False
        for unit in units:
            missing = sorted(unit.needs - (by_id.keys() - pruned.keys()))
            if missing and unit.id not in pruned:
                pruned[unit.id] = f"it needs {missing[0]}, which is not among the candidates"
                waiting = True
    kept = [_restricted(unit, by_id.keys() - pruned.keys()) for unit in units if unit.id not in pruned]
    return kept, [Pruned(name, reason) for name, reason in pruned.items()]


def _restricted(unit: Unit, known: Iterable[str]) -> Unit:
    """The unit without exclusions of what is not there any more."""
    return replace(unit, excludes=unit.excludes & frozenset(known))


class FailingSets:
    """The smallest sets of units that do not work; whatever contains one does not either."""

    def __init__(self) -> None:
        self._minimal: list[Subset] = []

    def add(self, subset: Subset) -> None:
        """Note that the subset fails."""
        if not self.forbids(subset):
            self._minimal = [known for known in self._minimal if not subset <= known] + [subset]

    def forbids(self, subset: Subset) -> bool:
        """Whether the subset contains one that failed."""
        return any(known <= subset for known in self._minimal)

    @property
    def minimal(self) -> tuple[Subset, ...]:
        """The smallest failing sets, oldest first."""
        return tuple(self._minimal)
