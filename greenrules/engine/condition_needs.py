"""What conditions ask of the whole script: words it must hold, and what its text tells of them (:mod:`.proof`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from greenrules.engine.condition_flow import NotReassigned, Unused
from greenrules.engine.condition_place import AtModuleLevel, Near, ScriptImports
from greenrules.engine.condition_values import Called, IsType
from greenrules.engine.conditions import Conjunction, Disjunction, Negation
from greenrules.engine.cues import forms_of

if TYPE_CHECKING:
    from greenrules.engine.conditions import Condition, Question
    from greenrules.engine.pack import Predicate
    from greenrules.engine.prefilter import Kinds
    from greenrules.engine.proof import Told

#: Proving a type costs more than a search around the match, and less than following a value to all its uses; the
#: bindings of a name in a region cost less, and tell as much.
_TYPES = 3.5
_BINDINGS = 3.3


def needed_words(question: Question) -> frozenset[str]:
    """Words without which the answer is no."""
    if isinstance(question, Near):
        return question.pattern.words
    if isinstance(question, Conjunction):
        return frozenset[str]().union(*(needed_words(part) for part in question.parts))
    return frozenset()


def shown(question: Question) -> tuple[frozenset[str], ...]:
    """Groups of forms of words (:mod:`.cues`): without one of each the answer is no."""
    if isinstance(question, Near):
        return tuple(forms_of(cue) for cue in sorted(question.pattern.cues))
    if isinstance(question, Conjunction):
        return tuple(group for part in question.parts for group in shown(part))
    if isinstance(question, Disjunction):
        parts = [shown(part) for part in question.parts]
        if all(parts):
            return (frozenset[str]().union(*(groups[0] for groups in parts)),)
    return ()


def told(kinds: Kinds, conditions: Iterable[Condition]) -> Iterator[Told]:
    """What a text tells of an alternative, whether or not its match is to be certain: where it says no, none matches.

    Args:
        kinds: where the alternative can start.
        conditions: its own and its rule's.
    """
    questions = [condition.question for condition in conditions]
    if kinds.module is not None:
        yield "module", kinds.module
        if any(isinstance(question, Unused) for question in questions):
            yield "unused", kinds.module
    for question in questions:
        yield from _needs(question)
        if (exact := _of_script(question)) is not None:
            yield exact


def _needs(question: Question) -> Iterator[Told]:
    """The predicates that may name words without which they say no, with the values that they are given."""
    if isinstance(question, Called):
        given = [value.constant for value in question.given if not isinstance(value, str) and value.is_constant]
        if len(given) == len(question.given):
            yield "needs", question.name, given
    elif isinstance(question, Conjunction):
        for part in question.parts:
            yield from _needs(part)


def _of_script(question: Question) -> Told | None:
    """A question whose answer depends on the script's imports alone, not on the match; None where it is another."""
    if isinstance(question, Conjunction | Disjunction):
        parts = [_of_script(part) for part in question.parts]
        return None if None in parts else ("all" if isinstance(question, Conjunction) else "any", *parts)
    if isinstance(question, Negation):
        part = _of_script(question.part)
        return None if part is None else ("not", part)
    return ("imports", question.name) if isinstance(question, ScriptImports) else None


def foreseen(question: Question, types: tuple[str, ...]) -> Told | None:
    """What a text may tell of whether a condition can be proven; None for nothing, which leaves it open.

    Args:
        question: the condition's.
        types: types of the nodes at which its match starts.
    """
    if isinstance(question, Conjunction | Disjunction):
        parts = [foreseen(part, types) for part in question.parts]
        known = [part for part in parts if part is not None]
        if isinstance(question, Conjunction):
            return ("all", *known) if known else None
        return ("any", *known) if len(known) == len(parts) else None
    if isinstance(question, AtModuleLevel):
        return None if {"For", "While"}.isdisjoint(types) else ("module level",)
    if isinstance(question, Called):
        return "called", question.name, question.known
    return ("type", question.type) if isinstance(question, IsType) and not question.may else None


def proof_cost(question: Question, predicates: Mapping[str, Predicate]) -> float:
    """How dear it is to prove a condition: its cost, but that types are inferred through all of a script.

    A predicate of a pack may know better (``cost``).
    """
    if isinstance(question, Conjunction | Disjunction):
        return max(proof_cost(part, predicates) for part in question.parts)
    if isinstance(question, Negation):
        return proof_cost(question.part, predicates)
    if isinstance(question, Called):
        return float(getattr(predicates.get(question.name), "cost", question.cost))
    if isinstance(question, NotReassigned):
        return _BINDINGS
    return _TYPES if isinstance(question, IsType) else question.cost


def starts(question: Question, predicates: Mapping[str, Predicate]) -> tuple[Predicate, ...]:
    """What predicates tell of the node that a match starts with: where one says no, the answer is no."""
    if isinstance(question, Called):
        may_start = getattr(predicates.get(question.name), "may_start", None)
        return () if may_start is None else (may_start,)
    if isinstance(question, Conjunction):
        return tuple(told for part in question.parts for told in starts(part, predicates))
    return ()
