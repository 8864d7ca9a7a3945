"""Predicates of packs: the functions that conditions may call by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from greenrules.engine.condition_values import Called
from greenrules.engine.conditions import Conjunction, Disjunction, Negation, Question
from greenrules.engine.pack import Predicate, Rule


def with_predicates(rules: Iterable[Rule], predicates: Mapping[str, Predicate]) -> tuple[Rule, ...]:
    """The rules with the predicates that installed packs register; rules that call none are left as they are."""
    return tuple(replace(rule, predicates=predicates) if called(rule) else rule for rule in rules)


def called(rule: Rule) -> frozenset[str]:
    """Names of the predicates that a rule's conditions call."""
    conditions = (*rule.where, *(condition for branch in rule.branches for condition in branch.where))
    return frozenset(name for condition in conditions for name in _names(condition.question))


def _names(question: Question) -> Iterator[str]:
    if isinstance(question, Called):
        yield question.name
    elif isinstance(question, Negation):
        yield from _names(question.part)
    elif isinstance(question, Conjunction | Disjunction):
        for part in question.parts:
            yield from _names(part)
