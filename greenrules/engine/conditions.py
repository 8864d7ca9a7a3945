"""Conditions: questions about a match, each answered yes, no, or not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from greenrules.engine.answer import Answer, all_of, any_of
from greenrules.errors import Position

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.match import Bound, Match


class Question(Protocol):
    """What a sentence of ``where:`` asks.

    Attributes:
        cost: how dear the answer is: 1 for a look at the place, 2 for values and types, 3 for a search around it, 4 for
            data flow.
    """

    @property
    def cost(self) -> int:
        """How dear the answer is."""

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """Metavariables and what they must match where they stand for identifiers; without it the answer is no."""

    def answer(self, match: Match, facts: Facts) -> Answer:
        """The answer for a match in a script."""


class Unguarded:
    """A question without guards."""

    __slots__ = ()

    guards: ClassVar[tuple[tuple[str, str], ...]] = ()


@runtime_checkable
class Binder(Protocol):
    """A question whose answer tells what further metavariables hold, where it is a sentence of its own.

    Attributes:
        binds: the metavariables.
    """

    @property
    def binds(self) -> frozenset[str]:
        """The metavariables."""

    def ways(self, match: Match, facts: Facts) -> Iterator[tuple[Answer, Mapping[str, Bound]]]:
        """Every way in which it holds, or may hold, with what each binds besides; in the end why there is no other."""


@lru_cache(maxsize=4096)
def _on_one_line(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Condition:
    """One sentence of ``where:``.

    Attributes:
        text: as written.
        position: where it is written.
        question: what it asks.
        variables: metavariables that the match must bind for it.
        mentioned: all that stand in it, in patterns too.
    """

    text: str
    position: Position
    question: Question
    variables: tuple[str, ...] = ()
    mentioned: frozenset[str] = frozenset()

    def holds(self, match: Match, facts: Facts) -> Answer:
        """Whether it holds for a match; the reason names the sentence where it gives none of its own."""
        return self.told(self.question.answer(match, facts))

    @property
    def binds(self) -> frozenset[str]:
        """Metavariables that its answer binds."""
        # A protocol takes its time to say whether a question is a Binder.
        return getattr(self.question, "binds", frozenset())

    def told(self, found: Answer) -> Answer:
        """An answer that names the sentence where it is not yes."""
        if found.value is True:
            return found
        return Answer(found.value, f"{_on_one_line(self.text)}: {found.reason}" if found.reason else self.text)


def in_order(
    conditions: Iterable[Condition], bound: frozenset[str], cost: Callable[[Question], float] = lambda asked: asked.cost
) -> tuple[Condition, ...]:
    """Conditions as they are asked: cheap ones first, for the first no ends the asking; none before what binds for it.

    Args:
        conditions: sentences that must all hold.
        bound: metavariables that the match binds itself.
        cost: how dear the answer to a question is.
    """
    pending = sorted(conditions, key=lambda condition: cost(condition.question))
    found: list[Condition] = []
    known = set(bound)
    while pending:
        ready = (
            condition
            for condition in pending
            if not any((other.binds - known) & condition.mentioned for other in pending if other is not condition)
        )
        chosen = next(ready, pending[0])
        pending.remove(chosen)
        known |= chosen.binds
        found.append(chosen)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Several:
    """What several questions need together."""

    parts: tuple[Question, ...]

    @property
    def cost(self) -> int:
        """The dearest part's."""
        return max(part.cost for part in self.parts)


@dataclass(frozen=True, slots=True)
class Conjunction(_Several):
    """``A and B``."""

    @property
    def guards(self) -> tuple[tuple[str, str], ...]:
        """Those of every part."""
        return tuple(guard for part in self.parts for guard in part.guards)

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Kleene's and."""
        return all_of(part.answer(match, facts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Disjunction(_Several):
    """``A or B``."""

    guards: ClassVar[tuple[tuple[str, str], ...]] = ()

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Kleene's or."""
        return any_of(part.answer(match, facts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Negation:
    """``not A``."""

    guards: ClassVar[tuple[tuple[str, str], ...]] = ()

    part: Question

    @property
    def cost(self) -> int:
        """That of the part."""
        return self.part.cost

    def answer(self, match: Match, facts: Facts) -> Answer:
        """Yes and no exchanged."""
        found = self.part.answer(match, facts)
        value = None if found.value is None else not found.value
        return Answer(value, found.reason or ("it holds" if value is False else ""))
