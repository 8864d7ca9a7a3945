"""Predicates of packs: the functions that conditions may call by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from greenrules.errors import RuleError, nearest

if TYPE_CHECKING:
    from greenrules.engine.condition_values import Called
    from greenrules.engine.conditions import Question
    from greenrules.engine.pack import Predicate, Rule


def with_predicates(rules: Iterable[Rule], predicates: Mapping[str, Predicate]) -> tuple[Rule, ...]:
    """The rules with the predicates that installed packs register; rules that call none are left as they are."""
    return tuple(rule.with_predicates(predicates) if rule.asks else rule for rule in rules)


def called(rule: Rule) -> Iterator[Called]:
    """What a rule's conditions ask predicates."""
    for condition in (*rule.where, *(condition for branch in rule.branches for condition in branch.where)):
        yield from _calls(condition.question)


def unregistered(rules: Iterable[Rule], predicates: Mapping[str, Predicate]) -> list[RuleError]:
    """Errors of rules that call predicates which nobody registers, each at its place, with the nearest name."""
    found: dict[tuple[str, str], RuleError] = {}
    for rule in rules:
        for call in () if all(name in predicates for name in rule.asks) else called(rule):
            if call.name not in predicates:
                pack = call.name.partition(".")[0]
                own = sorted(name for name in predicates if name.partition(".")[0] == pack)
                remedy = nearest(call.name, predicates) or (f"'{pack}' registers: {', '.join(own)}" if own else None)
                error = RuleError(
                    f"no installed pack registers the predicate '{call.name}'",
                    position=call.position or rule.position,
                    remedy=remedy or "install the pack that registers it, or register it with greenrules_predicates()",
                )
                found.setdefault((str(error.position), call.name), error)
    return list(found.values())


def check_predicates(rules: Iterable[Rule], predicates: Mapping[str, Predicate]) -> None:
    """Refuse rules that call predicates which nobody registers: their conditions could never be answered.

    Raises:
        RuleError: the first, the others as its detail.
    """
    errors = unregistered(rules, predicates)
    if errors:
        # Imported here: the schema is costly to import, and a rule file that is as it should be needs none.
        from greenrules.engine.schema_errors import combined

        raise combined(errors)


def _calls(question: Question) -> Iterator[Called]:
    from greenrules.engine.condition_values import Called
    from greenrules.engine.conditions import Conjunction, Disjunction, Negation

    if isinstance(question, Called):
        yield question
    elif isinstance(question, Negation):
        yield from _calls(question.part)
    elif isinstance(question, Conjunction | Disjunction):
        for part in question.parts:
            yield from _calls(part)
