"""What conditions ask of the whole script: words it must hold, and questions that have one answer for all places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenrules.engine.condition_place import Near, ScriptImports
from greenrules.engine.conditions import Conjunction, Disjunction, Negation

if TYPE_CHECKING:
    from greenrules.engine.conditions import Question


def needed_words(question: Question) -> frozenset[str]:
    """Words without which the answer is no."""
    if isinstance(question, Near):
        return question.pattern.words
    if isinstance(question, Conjunction):
        return frozenset[str]().union(*(needed_words(part) for part in question.parts))
    return frozenset()


def of_script(question: Question) -> bool:
    """Whether the answer depends on the script alone, not on the match."""
    if isinstance(question, Conjunction | Disjunction):
        return all(of_script(part) for part in question.parts)
    if isinstance(question, Negation):
        return of_script(question.part)
    return isinstance(question, ScriptImports)
