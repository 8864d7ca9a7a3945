"""A match: where a rule applies, what its metavariables hold, and whether that is certain."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.answer import YES, Answer, unknown
from greenrules.engine.holes import Hole, of_identifier
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


@dataclass(slots=True)
class Found:
    """One way in which a pattern matches. Never changed in place.

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
    if (
        not looked
        and isinstance(place, ast.AST)
        and not promising(pattern, facts, place, shared.renamed, guards, declared)
    ):
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


def promising(
    pattern: Pattern,
    facts: Facts,
    place: ast.AST,
    renamed: Renamed,
    guards: Guards,
    declared: str | None = None,
) -> bool:
    """A quick look at the node, and at the statements that must follow it; False is certain."""
    first = pattern.first
    if first is None:
        return True
    site = place.value if isinstance(place, ast.Expr) and isinstance(first, ast.expr) else place
    if not plausible(first, site, renamed, guards):
        return False
    if declared is None and not may_be_given(first, site, facts):
        return False
    if len(pattern.run) > 1 and isinstance(first, ast.stmt) and isinstance(place, ast.stmt):
        block, index = facts.block(place)
        for ahead, wanted in enumerate(pattern.run[1:], index + 1):
            if run_of(wanted) is not None:
                break
            if ahead >= len(block) or not plausible(wanted, block[ahead], renamed, guards):
                return False
    return True


def may_be_given(first: ast.AST, site: ast.AST, facts: Facts) -> bool:
    """Whether a call has enough positional arguments for those that a pattern names and the call does not.

    Args:
        first: where a pattern starts; its callee is what packs and the target interpreter know the signature of.
        site: a node that may match it.
        facts: for the signature.
    """
    wanted = _named_arguments(first, facts)
    if wanted is None:
        return True
    call = site if isinstance(site, ast.Call) else getattr(site, "value", None)
    if not isinstance(call, ast.Call):
        return True
    callee = call.func
    # Under another name it may be another one, which a pack says to be the same.
    if (callee.attr if isinstance(callee, ast.Attribute) else getattr(callee, "id", None)) != wanted.last:
        return True
    given = {keyword.arg for keyword in call.keywords}
    if None in given or any(isinstance(argument, ast.Starred) for argument in call.args):
        return True
    return all(name in given or len(call.args) > place for name, place in wanted.places)


def may_be_named(first: ast.AST, line: str, facts: Facts) -> bool:
    """Whether a line may hold a call with the arguments that a pattern names; of code without strings and comments."""
    wanted = _named_arguments(first, facts)
    return (
        wanted is None
        or "*" in line
        or wanted.last not in line
        or all(name in line or line.count(",") >= place for name, place in wanted.places)
    )


class _Named(NamedTuple):
    """The arguments that a pattern names.

    Attributes:
        last: the last part of the callee's name.
        places: each argument with the place of its parameter, a large one where it has none.
    """

    last: str
    places: tuple[tuple[str, int], ...]


def _named_arguments(first: ast.AST, facts: Facts) -> _Named | None:
    """The arguments that a pattern names; None of one whose callee is not known by its whole name."""
    known: dict[int, _Named | None] = facts.remembered("named arguments", dict)
    if id(first) not in known:
        known[id(first)] = _read_arguments(first, facts)
    return known[id(first)]


def _read_arguments(first: ast.AST, facts: Facts) -> _Named | None:
    call = first if isinstance(first, ast.Call) else getattr(first, "value", None)
    parts = getattr(call.func, "_parts", None) if isinstance(call, ast.Call) else None
    if parts is None or not isinstance(call, ast.Call) or any(isinstance(part, Hole) for part in parts):
        return None
    names = [one.arg for one in call.keywords if one.arg and run_of(one) is None and of_identifier(one.arg) is None]
    if not names:
        return None
    signature = facts.signature(facts.knowledge.canonical(".".join(parts)))
    # Without a signature a positional argument has no name.
    places = [signature.position(name) if signature is not None else None for name in names]
    return _Named(parts[-1], tuple(zip(names, (sys.maxsize if at is None else at for at in places), strict=True)))


def _found(nodes: tuple[ast.AST, ...], env: Env) -> Found:
    return Found(nodes, env.bindings, unknown(env.doubt) if env.doubt else YES)


def _block(facts: Facts, place: ast.AST | Sequence[ast.stmt]) -> tuple[Sequence[ast.stmt], Sequence[int]]:
    if isinstance(place, ast.stmt):
        block, index = facts.block(place)
        return block, (index,)
    if isinstance(place, ast.AST):
        return (), ()
    return place, range(len(place))
