"""All places where rules apply: prefilter by the text, dispatch by node type and name, match, ask the conditions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from greenrules.engine.answer import Answer, unknown
from greenrules.engine.fragments import may_match
from greenrules.engine.match import TOO_COSTLY, Found, Match, match_again, match_pattern, promising
from greenrules.engine.match_env import Purse
from greenrules.engine.match_quick import NO_GUARDS, Guards
from greenrules.engine.places import places_of
from greenrules.engine.script_index import shared_of
from greenrules.engine.shortlist import live_rules

if TYPE_CHECKING:
    from greenrules.engine.conditions import Binder, Condition
    from greenrules.engine.facts import Facts
    from greenrules.engine.pack import Branch, Rule

#: Steps that one rule may take in one script.
TOTAL_STEPS = 500_000
#: Ways in which a pattern may match at one place before it is given up.
WAYS = 200


class _Glance:
    """What a quick look at a node asks for one alternative, brought together once for a script."""

    __slots__ = ("_declared", "_facts", "_guards", "_patterns", "_renamed", "_starts")

    def __init__(self, rule: Rule, number: int, facts: Facts) -> None:
        self._facts, self._renamed = facts, shared_of(facts).renamed
        self._guards, self._starts = rule.guards[number], rule.starts[number]
        self._declared: str | None = rule.signature
        first, *others = rule.branches[number].patterns
        # A further pattern that begins with an ellipsis says nothing of the node, nor one that asks for code in it.
        self._patterns = (first, *(each for each in others if not each.deep and each.first is each.nodes[0]))

    def worthwhile(self, node: ast.AST) -> bool:
        """Whether the alternative may match at a node; False is certain."""
        for pattern in self._patterns:
            if not promising(pattern, self._facts, node, self._renamed, self._guards, self._declared):
                return False
        return not self._starts or all(may_start(node, self._facts) for may_start in self._starts)


def find(facts: Facts, rules: Sequence[Rule], *, certain: bool = False) -> list[Match]:
    """All matches, in source order; those that are not certain among them, disproven ones not.

    At one place a rule matches at most once: by the first alternative that is certain, else the first that may be.

    Args:
        facts: the script. It is parsed only when its text does not rule out that some rule matches.
        rules: in declared order.
        certain: leave out the matches that are not certain.
    """
    live = live_rules(facts, rules, certain=certain)
    if not live:
        return []
    if not may_match(live, facts):
        return []
    best: dict[tuple[str, int, int], Match] = {}
    places = places_of(facts)
    for each in live:
        rule, purse = each.rule, Purse(TOTAL_STEPS)
        for number in each.branches:
            nodes = places.of(rule.branches[number], rule.anchors[number])
            if not nodes:
                continue
            glance = _Glance(rule, number, facts)
            for node in nodes:
                if not glance.worthwhile(node):
                    continue
                match = match_rule(rule, number, facts, node, purse, certain=certain)
                if match is None or (certain and not match.verdict.yes):
                    continue
                key = (rule.full_id, id(match.nodes[0]), len(match.nodes))
                held = best.get(key)
                if held is None or (not held.verdict.yes and match.verdict.yes):
                    best[key] = match
    order = {each.rule.full_id: number for number, each in enumerate(live)}
    return sorted(best.values(), key=lambda match: (*_place(match), order[match.rule.full_id]))


def _place(match: Match) -> tuple[int, int, int, int]:
    first, last = match.nodes[0], match.nodes[-1]
    return (
        getattr(first, "lineno", 0),
        getattr(first, "col_offset", 0),
        -(getattr(last, "end_lineno", 0) or 0),
        -(getattr(last, "end_col_offset", 0) or 0),
    )


def match_rule(
    rule: Rule, number: int, facts: Facts, node: ast.AST, purse: Purse, *, certain: bool = False
) -> Match | None:
    """The best match of one alternative of a rule at a node that is promising, or None.

    Where only a certain one is wanted, what is not is not looked at any further.
    """
    branch = rule.branches[number]
    if purse.empty:
        return None
    doubtful: Match | None = None
    ways = 0
    guards = rule.guards[number]
    conditions = rule.proving(number) if certain else (*branch.where, *rule.where)
    for found in match_branch(branch, facts, node, purse, rule.signature, guards, looked=True):
        ways += 1
        match = Match(rule, number, found.nodes, found.bindings, found.certain, facts)
        if ways > WAYS:
            return match.told(unknown(TOO_COSTLY))
        if certain and not found.certain.yes:
            continue
        verdict, match = _verdict(match, facts, conditions, found.certain, certain)
        if verdict.value is False or (doubtful is not None and not verdict.yes):
            continue
        match = match.told(verdict)
        if verdict.yes:
            return match
        doubtful = match
    return doubtful


def match_branch(
    branch: Branch,
    facts: Facts,
    node: ast.AST,
    purse: Purse,
    declared: str | None = None,
    guards: Guards = NO_GUARDS,
    *,
    looked: bool = False,
) -> Iterator[Found]:
    """All ways in which every pattern of an alternative matches at a node with the same bindings.

    Args:
        branch: the alternative.
        facts: the script.
        node: an expression, or the statement at which a run of them must start.
        purse: what the search may cost together with others.
        declared: signature of the call that the pattern is, where no pack declares it.
        guards: metavariable that stands for an identifier → what it must match to be worth a look.
        looked: whether the node is known to be promising.
    """
    pattern = branch.patterns[0]
    ways = match_pattern(pattern, facts, node, declared=declared, purse=purse, guards=guards, looked=looked)
    if len(branch.patterns) == 1:
        return ways
    return (each for first in ways for each in _further(branch, facts, purse, declared, guards, 1, first))


def _further(
    branch: Branch, facts: Facts, purse: Purse, declared: str | None, guards: Guards, index: int, found: Found
) -> Iterator[Found]:
    if index == len(branch.patterns):
        yield found
        return
    for more in match_again(branch.patterns[index], facts, found, declared=declared, purse=purse, guards=guards):
        if len(more.nodes) == len(found.nodes):
            certain = found.certain if not found.certain.yes else more.certain
            both = Found(found.nodes, {**more.bindings, **found.bindings}, certain)
            yield from _further(branch, facts, purse, declared, guards, index + 1, both)


def _verdict(
    match: Match, facts: Facts, conditions: Sequence[Condition], doubt: Answer, certain: bool
) -> tuple[Answer, Match]:
    """The conditions' answers together, and the match with what they bind.

    A condition that binds metavariables may hold in several ways: the first with which all others hold is taken. Where
    only certain matches are wanted, the first answer that is not yes ends the asking.
    """
    for index, condition in enumerate(conditions):
        # Whether it is a Binder is asked at every place, and a protocol takes its time to say so.
        binds: frozenset[str] | None = getattr(condition.question, "binds", None)
        if binds and not binds <= match.bindings.keys():
            return _bound(match, facts, conditions[index:], doubt, certain)
        if certain:
            # Nobody reads the reason of what is not certain.
            answer = condition.question.answer(match, facts)
            if answer.value is not True:
                return answer, match
            continue
        answer = condition.holds(match, facts)
        if answer.value is False:
            return answer, match
        if answer.value is None and doubt.yes:
            doubt = answer
    return doubt, match


def _bound(
    match: Match, facts: Facts, conditions: Sequence[Condition], doubt: Answer, certain: bool
) -> tuple[Answer, Match]:
    """The verdict where the first condition binds metavariables: the best of its ways."""
    condition, rest = conditions[0], conditions[1:]
    # Whether it is one has been seen; a protocol takes its time to say so again.
    question = cast("Binder", condition.question)
    new = question.binds - match.bindings.keys()
    # Where no other condition looks at what is bound, the best way is the first that is certain.
    apart = not any(new & other.mentioned for other in rest)
    best: tuple[Answer, Match] | None = None
    for number, (answer, held) in enumerate(question.ways(match, facts)):
        told = condition.told(answer if number < WAYS else unknown(TOO_COSTLY))
        if answer.value is False or number == WAYS:
            best = best or (told, match)
            break
        more = match.binding({**{name: held[name] for name in new if name in held}, **match.bindings})
        if apart or (certain and not told.yes):
            verdict = told, more
        else:
            verdict = _verdict(more, facts, rest, told if doubt.yes else doubt, certain)
        if verdict[0].yes:
            best = verdict
            break
        if best is None or (best[0].value is False and verdict[0].value is None):
            best = verdict
    assert best is not None
    if not apart or best[0].value is False or (certain and not best[0].yes):
        return best
    return _verdict(best[1], facts, rest, best[0] if doubt.yes else doubt, certain)
