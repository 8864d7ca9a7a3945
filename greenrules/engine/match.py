"""A match: where a rule applies, what its metavariables hold, and whether that is certain."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenrules.engine.answer import YES, Answer, unknown
from greenrules.engine.match_env import Bound, Env, Purse, TooCostly
from greenrules.engine.match_nodes import Matcher
from greenrules.engine.match_quick import NO_GUARDS, Guards, Renamed, plausible
from greenrules.engine.match_runs import match_all, match_run, run_of
from greenrules.engine.matched import Match
from greenrules.engine.prefilter import inner_node
from greenrules.engine.script_index import shared_of

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.pattern import Pattern

__all__ = ["Bound", "Found", "Match", "match_again", "match_pattern"]

TOO_COSTLY = "the pattern has too many ways to match here"


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which a pattern matches.

    Attributes:
        nodes: the expression, or the statements.
        bindings: as in :class:`Match`.
        certain: yes, or unknown with the reason.
    """

    nodes: tuple[ast.AST, ...]
    bindings: Mapping[str, Bound]
    certain: Answer = YES


def match_pattern(
    pattern: Pattern,
    facts: Facts,
    place: ast.AST | Sequence[ast.stmt],
    bindings: Mapping[str, Bound] | None = None,
    *,
    declared: str | None = None,
    purse: Purse | None = None,
    guards: Guards = NO_GUARDS,
    looked: bool = False,
) -> Iterator[Found]:
    """All ways in which a pattern matches at a place; none that is certain may follow one that is not.

    Args:
        pattern: what to look for.
        facts: the script.
        place: an expression; a statement, at which a run of statements must start; or a block, in which it may start
            anywhere.
        bindings: what metavariables hold already; ellipses among them are left out.
        declared: signature of the call that the pattern is, where no pack declares it.
        purse: what the search may cost together with others; a place has its own limit besides.
        guards: metavariable that stands for an identifier → what it must match to be worth a look.
        looked: whether the place is known to be promising.
    """
    shared = shared_of(facts)
    if not looked and isinstance(place, ast.AST) and not promising(pattern, facts, place, shared.renamed, guards):
        return
    # An ellipsis belongs to its own pattern: the first of this one is not the first of another.
    env = Env({name: value for name, value in bindings.items() if not name.startswith("...")} if bindings else {})
    matcher = Matcher(facts, shared, pattern.nodes[0], declared, purse, guards)
    try:
        if pattern.kind == "expression":
            if isinstance(place, ast.Expr):
                place = place.value
            if isinstance(place, ast.expr):
                for after in matcher.node(inner_node(pattern), place, env):
                    yield _found((place,), after)
            return
        block, starts = _block(facts, place)
        wanted = pattern.run
        for start in starts:
            for after, end in match_run(matcher, wanted, block, env, matcher.node, start=start, open_end=True):
                yield _found(tuple(block[start:end]), after)
    except TooCostly:
        nodes: tuple[ast.AST, ...] = (place,) if isinstance(place, ast.AST) else tuple(place[:1])
        yield Found(nodes, env.bindings, unknown(TOO_COSTLY))


def match_again(
    pattern: Pattern,
    facts: Facts,
    found: Found,
    *,
    declared: str | None = None,
    purse: Purse | None = None,
    guards: Guards = NO_GUARDS,
) -> Iterator[Found]:
    """All ways in which a further pattern of ``all:`` matches the very code that another one matched.

    ``<... P ...>`` asks that the code contain P; an ellipsis around statements stands for any of those that matched.
    """
    nodes = found.nodes
    if not pattern.deep and not (pattern.kind != "expression" and isinstance(nodes[0], ast.stmt)):
        yield from match_pattern(
            pattern, facts, nodes[0], found.bindings, declared=declared, purse=purse, guards=guards
        )
        return
    env = Env({name: value for name, value in found.bindings.items() if not name.startswith("...")})
    shared = shared_of(facts)
    matcher = Matcher(facts, shared, pattern.nodes[0], declared, purse, guards)
    try:
        if pattern.deep:
            for node in nodes:
                for after in matcher.node(pattern.nodes[0], node, env):
                    yield _found(nodes, after)
            return
        for after in match_all(matcher, pattern.nodes, nodes, env, matcher.node):
            yield _found(nodes, after)
    except TooCostly:
        yield Found(nodes, env.bindings, unknown(TOO_COSTLY))


def promising(pattern: Pattern, facts: Facts, place: ast.AST, renamed: Renamed, guards: Guards) -> bool:
    """A quick look at the node, and at the statements that must follow it; False is certain."""
    first = pattern.first
    if first is None:
        return True
    site = place.value if isinstance(place, ast.Expr) and isinstance(first, ast.expr) else place
    if not plausible(first, site, renamed, guards):
        return False
    if len(pattern.run) > 1 and isinstance(first, ast.stmt) and isinstance(place, ast.stmt):
        block, index = facts.block(place)
        for ahead, wanted in enumerate(pattern.run[1:], index + 1):
            if run_of(wanted) is not None:
                break
            if ahead >= len(block) or not plausible(wanted, block[ahead], renamed, guards):
                return False
    return True


def _found(nodes: tuple[ast.AST, ...], env: Env) -> Found:
    return Found(nodes, env.bindings, unknown(env.doubt) if env.doubt else YES)


def _block(facts: Facts, place: ast.AST | Sequence[ast.stmt]) -> tuple[Sequence[ast.stmt], Sequence[int]]:
    if isinstance(place, ast.stmt):
        block, index = facts.block(place)
        return block, (index,)
    if isinstance(place, ast.AST):
        return (), ()
    return place, range(len(place))
