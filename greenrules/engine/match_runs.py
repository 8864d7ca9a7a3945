"""Runs: sequences of patterns against sequences of nodes, ``...`` standing for any number of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.engine.holes import Hole, hole, metavariables
from greenrules.engine.match_env import Env, Ways

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher

#: How one pattern of a run is matched against one node.
Item = Callable[[Any, Any, Env], Ways]
#: What is bound, and the index behind the last node; a tuple of one or none where that is told without a search.
Ends = Iterable[tuple[Env, int]]


def known_hole(node: Any) -> Hole | None:
    """The hole that a node of a pattern is; patterns are annotated once, other nodes are looked at."""
    try:
        found: Hole | None = node._hole
    except AttributeError:
        return hole(node) if isinstance(node, ast.AST | str) else None
    return found


def run_of(node: Any) -> Hole | None:
    """The run that an item of a sequence stands for, or None for a single item."""
    found = known_hole(node)
    return found if found is not None and found.kind == "many" else None


def names_in(node: Any) -> frozenset[str]:
    """Metavariables in an item of a pattern, the ellipses, which occur once each, left out."""
    if not isinstance(node, ast.AST):
        if isinstance(node, str):
            found = hole(node)
            return frozenset({found.name} if found and found.name else ())
        return frozenset().union(*(names_in(part) for part in node.parts))
    try:
        names: frozenset[str] = node._names  # type: ignore[attr-defined]
    except AttributeError:
        names = frozenset(name for name in metavariables(node) if not name.startswith("..."))
        node._names = names  # type: ignore[attr-defined]
    return names


def match_run(
    matcher: Matcher,
    patterns: Sequence[Any],
    nodes: Sequence[Any],
    env: Env,
    item: Item,
    *,
    start: int = 0,
    open_end: bool = False,
    runs: Callable[[Any], Hole | None] = run_of,
) -> Ends:
    """All ways in which a sequence of patterns matches a sequence of nodes, shortest runs first.

    A named run at the end takes all that is left: whoever gives it a name wants to say something about it.

    States behind a run that led nowhere are remembered, so that several ellipses cost a product, not a power.

    Args:
        matcher: pays for the steps.
        patterns: the items of the pattern, runs among them.
        nodes: the code.
        env: what is bound so far.
        item: matches one pattern against one node.
        start: index of the first node.
        open_end: whether nodes may be left over.
        runs: which items stand for a run.

    Returns:
        What is bound, and the index behind the last node.
    """
    return _step(_Run(matcher, patterns, nodes, item, open_end, runs, {}, set()), 0, start, env)


class _Run(NamedTuple):
    """What one search for a run shares: no function holds itself, so that nothing waits to be collected."""

    matcher: Matcher
    patterns: Sequence[Any]
    nodes: Sequence[Any]
    item: Item
    open_end: bool
    runs: Callable[[Any], Hole | None]
    names: dict[int, Sequence[str]]
    dead: set[tuple[int, int, tuple[int, ...]]]


def _step(run: _Run, index: int, position: int, env: Env) -> Ends:
    """All ways from one state on: as far as there is but one, without a search."""
    matcher, patterns, nodes, item, open_end, runs, _, _ = run
    count, length = len(patterns), len(nodes)
    while index < count:
        matcher.spend()
        pattern = patterns[index]
        found = runs(pattern)
        if found is not None:
            if index == count - 1 and not (open_end and found.anonymous):
                matcher.spend(1 if found.anonymous else length - position + 1)
                bound = env.bind(found.name, tuple(nodes[position:]))
                return ((bound or env, length),) if bound is not None or found.anonymous else ()
            return _behind(run, index, found, position, env)
        if position == length:
            return ()
        ways = item(pattern, nodes[position], env)
        index += 1
        position += 1
        if ways.__class__ is not tuple:
            return _each(run, index, position, ways)
        if not ways:
            return ()
        env = ways[0]
    matcher.spend()
    return ((env, position),) if open_end or position == length else ()


def _each(run: _Run, index: int, position: int, ways: Ways) -> Iterator[tuple[Env, int]]:
    """All ways on from each of the ways in which a node matched."""
    for env in ways:
        yield from _on(run, index, position, env)


def _on(run: _Run, index: int, position: int, env: Env) -> Iterator[tuple[Env, int]]:
    """All ways from a state that several may lead to."""
    names = run.names.get(index)
    if names is None:
        mentioned = frozenset[str]().union(*map(names_in, run.patterns[index:]))
        names = run.names[index] = sorted(mentioned)
    state = (index, position, env.key(names))
    if state in run.dead:
        run.matcher.spend()
        return
    alive = False
    for result in _step(run, index, position, env):
        alive = True
        yield result
    if not alive:
        run.dead.add(state)


def _behind(run: _Run, index: int, found: Hole, position: int, env: Env) -> Iterator[tuple[Env, int]]:
    """All ways in which a run of any length goes on."""
    matcher, patterns, nodes, _, _, runs, _, _ = run
    length = len(nodes)
    following = patterns[index + 1] if index + 1 < len(patterns) else None
    if not isinstance(following, ast.stmt) or runs(following):
        following = None
    anonymous = found.anonymous
    for stop in range(position, length + 1):
        if following is not None and stop < length and not matcher.plausible(following, nodes[stop]):
            # A look is a step, too: of many places each looks at many.
            matcher.spend()
            continue
        if not anonymous:
            matcher.spend(stop - position)
        inner = env if anonymous else env.bind(found.name, tuple(nodes[position:stop]))
        if inner is None:
            continue
        for after, end in _on(run, index + 1, stop, inner):
            bound = after.bind(found.name, tuple(nodes[position:stop])) if anonymous else after
            yield bound or after, end


def match_all(
    matcher: Matcher,
    patterns: Sequence[Any],
    nodes: Sequence[Any],
    env: Env,
    item: Item,
    *,
    runs: Callable[[Any], Hole | None] = run_of,
) -> Ways:
    """A sequence of patterns against the whole of a sequence of nodes."""
    ways = match_run(matcher, patterns, nodes, env, item, runs=runs)
    if ways.__class__ is tuple:
        return (ways[0][0],) if ways else ()
    return (after for after, _ in ways)


def match_some(
    matcher: Matcher, patterns: Sequence[Any], nodes: Sequence[Any], env: Env, item: Item, *, ordered: bool = True
) -> Ways:
    """Each pattern against a node of its own, nodes left over allowed; runs stand for what is left over."""
    wanted = [pattern for pattern in patterns if run_of(pattern) is None]
    rests = [found for pattern in patterns if (found := run_of(pattern)) is not None]

    return _some(matcher, wanted, rests, nodes, item, ordered, (), env)


def _some(
    matcher: Matcher,
    wanted: Sequence[Any],
    rests: Sequence[Hole],
    nodes: Sequence[Any],
    item: Item,
    ordered: bool,
    used: tuple[int, ...],
    env: Env,
) -> Iterator[Env]:
    matcher.spend()
    if len(used) == len(wanted):
        left = tuple(node for place, node in enumerate(nodes) if place not in used)
        for number, rest in enumerate(rests):
            bound = env.bind(rest.name, left if number == 0 else ())
            if bound is None:
                return
            env = bound
        yield env
        return
    first = used[-1] + 1 if ordered and used else 0
    for place in range(first, len(nodes)):
        if place not in used:
            for inner in item(wanted[len(used)], nodes[place], env):
                yield from _some(matcher, wanted, rests, nodes, item, ordered, (*used, place), inner)
