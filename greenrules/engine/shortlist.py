"""Which rules can match a script at all, told from its text without parsing. What is ruled out here cannot match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenrules.engine.proof import Asked, libraries_of
from greenrules.engine.spoken import Plan, plan_of

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Rule


@dataclass(frozen=True, slots=True)
class Live:
    """A rule that may match, with the numbers of those of its alternatives that may."""

    rule: Rule
    branches: tuple[int, ...]


def live_rules(facts: Facts, rules: Sequence[Rule], *, certain: bool = False) -> list[Live]:
    """The rules that may match a script, in the order given.

    Args:
        facts: the script.
        rules: in declared order.
        certain: only matches that are certain are wanted.
    """
    plan = plan_of(rules, facts.knowledge, certain=certain)
    # Asked for before a script is parsed, and for its matches.
    held: list[tuple[Plan, list[Live]]] = facts.remembered("live rules", list)
    for made, found in held:
        if made is plan:
            return found
    numbers: dict[str, list[int]] = {}
    rule_of: dict[str, Rule] = {}
    for rule, number in _open(facts, plan):
        numbers.setdefault(rule.full_id, []).append(number)
        rule_of[rule.full_id] = rule
    held.append((plan, [Live(rule_of[name], tuple(those)) for name, those in numbers.items()]))
    return held[-1][1]


def _open(facts: Facts, plan: Plan) -> Iterator[tuple[Rule, int]]:
    """The alternatives that the text leaves open."""
    outline = facts.source.outline
    if outline is not None:
        asked = Asked(plan, facts, outline)
        for place in plan.spoken_for(outline):
            if asked.open(place):
                rule, number, *_ = plan.alternatives[place]
                yield rule, number
        return
    from greenrules.engine.prefilter import spoken

    words = spoken(facts.source.words, facts.knowledge)
    for rule in plan.rules:
        modules = libraries_of(rule, facts.knowledge)
        if not modules or not words.isdisjoint(modules):
            yield from ((rule, number) for number, needed in enumerate(rule.needed) if needed <= words)
