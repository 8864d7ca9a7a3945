"""What conditions ask of the whole script: words it must hold, and questions that have one answer for all places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from greenrules.engine.condition_flow import Unused
from greenrules.engine.condition_place import Near, ScriptImports
from greenrules.engine.condition_values import Called
from greenrules.engine.conditions import Conjunction, Disjunction, Negation
from greenrules.engine.cues import forms_of

if TYPE_CHECKING:
    from greenrules.engine.conditions import Condition, Question
    from greenrules.engine.pack import Predicate


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


def mentioned(question: Question, predicates: Mapping[str, Predicate]) -> tuple[tuple[str, ...], ...]:
    """Groups of words: where the text holds none of one of them, in strings and comments neither, the answer is no."""
    if isinstance(question, Called):
        needs = getattr(predicates.get(question.name), "needs", None)
        given = [value.constant for value in question.given if not isinstance(value, str) and value.is_constant]
        return (tuple(needs(given)),) if needs is not None and len(given) == len(question.given) else ()
    if isinstance(question, Conjunction):
        return tuple(group for part in question.parts for group in mentioned(part, predicates))
    return ()


def starts(question: Question, predicates: Mapping[str, Predicate]) -> tuple[Predicate, ...]:
    """What predicates tell of the node that a match starts with: where one says no, the answer is no."""
    if isinstance(question, Called):
        may_start = getattr(predicates.get(question.name), "may_start", None)
        return () if may_start is None else (may_start,)
    if isinstance(question, Conjunction):
        return tuple(told for part in question.parts for told in starts(part, predicates))
    return ()


def unused_import_asked(conditions: Iterable[Condition]) -> bool:
    """Whether only imports that nothing uses will do."""
    return any(isinstance(condition.question, Unused) for condition in conditions)


def of_script(question: Question) -> bool:
    """Whether the answer depends on the script alone, not on the match."""
    if isinstance(question, Conjunction | Disjunction):
        return all(of_script(part) for part in question.parts)
    if isinstance(question, Negation):
        return of_script(question.part)
    return isinstance(question, ScriptImports)
