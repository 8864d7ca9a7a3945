"""Whether an alternative of a rule may match with certainty, told from a script's text alone.

A match that rests on an unknown answer is a suggestion. Where no suggestions are wanted, a script in whose text nothing
could prove a condition need not be parsed for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenrules.engine.condition_place import AtModuleLevel
from greenrules.engine.condition_values import Called, IsType
from greenrules.engine.conditions import Conjunction, Disjunction, Negation
from greenrules.engine.match import Match

if TYPE_CHECKING:
    from greenrules.engine.conditions import Question
    from greenrules.engine.facts import Facts
    from greenrules.engine.outline import Outline
    from greenrules.engine.pack import Rule

#: Of a type that so many functions return, some word stands in every script.
_FEW = 16
#: Proving a type costs more than a search around the match, and less than following a value to all its uses.
_TYPES = 3.5
_LOOPS = re.compile(r"^[ \t]*+(?:for|while)\b", re.MULTILINE | re.ASCII)


def proof_cost(question: Question) -> float:
    """How dear it is to prove a condition: its cost, but that types are inferred through all of a script."""
    if isinstance(question, Conjunction | Disjunction):
        return max(map(proof_cost, question.parts))
    if isinstance(question, Negation):
        return proof_cost(question.part)
    return _TYPES if isinstance(question, IsType) else question.cost


def may_be_certain(rule: Rule, number: int, facts: Facts) -> bool:
    """Whether the text of a script leaves it open that an alternative of a rule matches with certainty."""
    outline = facts.source.outline
    if outline is None:
        return True
    nowhere = Match(rule, number, ())
    return all(_open(question, nowhere, facts, outline) for question in rule.foreseen[number])


def foreseeable(question: Question, rule: Rule, number: int) -> bool:
    """Whether a text may tell that nothing proves a condition of an alternative of a rule."""
    if isinstance(question, Conjunction):
        return any(foreseeable(part, rule, number) for part in question.parts)
    if isinstance(question, Disjunction):
        return all(foreseeable(part, rule, number) for part in question.parts)
    if isinstance(question, AtModuleLevel):
        return not {"For", "While"}.isdisjoint(rule.branches[number].kinds.types)
    if isinstance(question, Called):
        return hasattr(rule.predicates.get(question.name), "may_hold")
    return isinstance(question, IsType) and not question.may


def _open(question: Question, nowhere: Match, facts: Facts, outline: Outline) -> bool:
    """Whether the answer may be yes somewhere."""
    if not foreseeable(question, nowhere.rule, nowhere.branch):
        return True
    if isinstance(question, Conjunction):
        return all(_open(part, nowhere, facts, outline) for part in question.parts)
    if isinstance(question, Disjunction):
        return any(_open(part, nowhere, facts, outline) for part in question.parts)
    if isinstance(question, AtModuleLevel):
        return bool(facts.remembered("loops at the margin", lambda: _LOOPS.search(outline.outside)))
    if isinstance(question, IsType):
        name = question.type
        return bool(facts.remembered(f"may be of type {name}", lambda: _typed(name, facts, outline)))
    assert isinstance(question, Called)
    may_hold = nowhere.rule.predicates[question.name].may_hold  # type: ignore[attr-defined]
    return bool(may_hold(question.known, nowhere, facts))


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
