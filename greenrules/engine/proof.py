"""Whether an alternative of a rule may match with certainty, told from a script's text alone.

A match that rests on an unknown answer is a suggestion. Where no suggestions are wanted, a script in whose text nothing
could prove a condition need not be parsed for it. What a text may tell of a condition is kept as plain values, so that
it can be asked before the conditions themselves are loaded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from greenrules.engine.matched import Match

if TYPE_CHECKING:
    from greenrules.engine.conditions import Question
    from greenrules.engine.facts import Facts
    from greenrules.engine.outline import Outline
    from greenrules.engine.pack import Rule

#: What a text may tell of a condition: ``all`` or ``any`` of parts; ``module level``; the name of a ``type``; name and
#: known arguments of what is ``called``.
Told = tuple[Any, ...]

#: Of a type that so many functions return, some word stands in every script.
_FEW = 16
#: Proving a type costs more than a search around the match, and less than following a value to all its uses.
_TYPES = 3.5
_LOOPS = re.compile(r"^[ \t]*+(?:for|while)\b", re.MULTILINE | re.ASCII)


def proof_cost(question: Question) -> float:
    """How dear it is to prove a condition: its cost, but that types are inferred through all of a script."""
    from greenrules.engine.condition_values import IsType
    from greenrules.engine.conditions import Conjunction, Disjunction, Negation

    if isinstance(question, Conjunction | Disjunction):
        return max(map(proof_cost, question.parts))
    if isinstance(question, Negation):
        return proof_cost(question.part)
    return _TYPES if isinstance(question, IsType) else question.cost


def may_be_certain(rule: Rule, number: int, facts: Facts) -> bool:
    """Whether the text of a script leaves it open that an alternative of a rule matches with certainty."""
    outline = facts.source.outline
    if outline is None or not rule.foreseen[number]:
        return True
    nowhere = Match(rule, number, ())
    return all(_open(told, nowhere, facts, outline) for told in rule.foreseen[number])


def foreseen(question: Question, types: tuple[str, ...]) -> Told | None:
    """What a text may tell of a condition; None for nothing, which leaves it open.

    Args:
        question: the condition's.
        types: types of the nodes at which its match starts.
    """
    from greenrules.engine.condition_place import AtModuleLevel
    from greenrules.engine.condition_values import Called, IsType
    from greenrules.engine.conditions import Conjunction, Disjunction

    if isinstance(question, Conjunction | Disjunction):
        parts = [foreseen(part, types) for part in question.parts]
        told = [part for part in parts if part is not None]
        if isinstance(question, Conjunction):
            return ("all", *told) if told else None
        return ("any", *told) if len(told) == len(parts) else None
    if isinstance(question, AtModuleLevel):
        return None if {"For", "While"}.isdisjoint(types) else ("module level",)
    if isinstance(question, Called):
        return "called", question.name, question.known
    return ("type", question.type) if isinstance(question, IsType) and not question.may else None


def _open(told: Told, nowhere: Match, facts: Facts, outline: Outline) -> bool:
    """Whether the answer may be yes somewhere."""
    kind, *about = told
    if kind == "all":
        return all(_open(part, nowhere, facts, outline) for part in about)
    if kind == "any":
        return any(_open(part, nowhere, facts, outline) for part in about)
    if kind == "module level":
        return bool(facts.remembered("loops at the margin", lambda: _LOOPS.search(outline.outside)))
    if kind == "type":
        return bool(facts.remembered(f"may be of type {about[0]}", lambda: _typed(about[0], facts, outline)))
    name, known = about
    may_hold = getattr(nowhere.rule.predicates.get(name), "may_hold", None)
    return may_hold is None or bool(may_hold(known, nowhere, facts))


def _typed(name: str, facts: Facts, outline: Outline) -> bool:
    """Whether something in a script may be known to be of a type: what gives one is imported, and its word stands."""
    sources = facts.knowledge.sources(name)
    if sources is None:
        return True
    if outline.modules.isdisjoint(sources.roots):
        return not sources.roots.isdisjoint(facts.knowledge.roots_behind(outline.modules))
    if len(sources.words) > _FEW:
        return True
    return any(map(facts.source.mentions, sources.words))
