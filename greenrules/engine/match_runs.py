"""Runs: sequences of patterns against sequences of nodes, ``...`` standing for any number of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from greenrules.engine.holes import Hole, hole, metavariables
from greenrules.engine.match_env import Env

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher

#: How one pattern of a run is matched against one node.
Item = Callable[[Any, Any, Env], Iterator[Env]]


def known_hole(node: Any) -> Hole | None:
    """The hole that a node of a pattern is; patterns are annotated once, other nodes are looked at."""
    if isinstance(node, ast.AST):
        try:
            found: Hole | None = node._hole  # type: ignore[attr-defined]
        except AttributeError:
            return hole(node)
        return found
    return hole(node) if isinstance(node, str) else None


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
) -> Iterator[tuple[Env, int]]:
    """All ways in which a sequence of patterns matches a sequence of nodes, shortest runs first.

    A named run at the end takes all that is left: whoever gives it a name wants to say something about it.

    States that led nowhere are remembered, so that several ellipses cost a product, not a power.

    Args:
        matcher: pays for the steps.
        patterns: the items of the pattern, runs among them.
        nodes: the code.
        env: what is bound so far.
        item: matches one pattern against one node.
        start: index of the first node.
        open_end: whether nodes may be left over.
        runs: which items stand for a run.

    Yields:
        What is bound, and the index behind the last node.
    """
    suffix: list[frozenset[str]] = [frozenset()] * (len(patterns) + 1)
    for index in range(len(patterns) - 1, -1, -1):
        suffix[index] = suffix[index + 1] | names_in(patterns[index])
    ordered = [sorted(names) for names in suffix]
    return _step(_Run(matcher, patterns, nodes, item, open_end, runs, ordered, set()), 0, start, env)


class _Run(NamedTuple):
    """What one search for a run shares: no function holds itself, so that nothing waits to be collected."""

    matcher: Matcher
    patterns: Sequence[Any]
    nodes: Sequence[Any]
    item: Item
    open_end: bool
    runs: Callable[[Any], Hole | None]
    names: Sequence[Sequence[str]]
    dead: set[tuple[int, int, tuple[int, ...]]]


def _step(run: _Run, index: int, position: int, env: Env) -> Iterator[tuple[Env, int]]:
    matcher, patterns, nodes, item, open_end, runs, names, dead = run
    count, length = len(patterns), len(nodes)
    matcher.spend()
    if index == count:
        if open_end or position == length:
            yield env, position
        return
    state = (index, position, env.key(names[index]))
    if state in dead:
        return
    alive = False
    pattern = patterns[index]
    found = runs(pattern)
    if found is not None:
        last = index == count - 1
        anonymous = found.name is None or found.name.startswith("...")
        stops = (length,) if last and not (open_end and anonymous) else range(position, length + 1)
        following = None if last or runs(patterns[index + 1]) else patterns[index + 1]
        for stop in stops:
            if isinstance(following, ast.stmt) and stop < length and not matcher.plausible(following, nodes[stop]):
                # A look is a step, too: of many places each looks at many.
                matcher.spend()
                continue
            if not anonymous:
                matcher.spend(stop - position)
            inner = env if anonymous else env.bind(found.name, tuple(nodes[position:stop]))
            if inner is None:
                continue
            for after, end in _step(run, index + 1, stop, inner):
                alive = True
                bound = after.bind(found.name, tuple(nodes[position:stop])) if anonymous else after
                yield bound or after, end
    elif position < length:
        for inner in item(pattern, nodes[position], env):
            for result in _step(run, index + 1, position + 1, inner):
                alive = True
                yield result
    if not alive:
        dead.add(state)


def match_all(matcher: Matcher, patterns: Sequence[Any], nodes: Sequence[Any], env: Env, item: Item) -> Iterator[Env]:
    """A sequence of patterns against the whole of a sequence of nodes."""
    for after, _ in match_run(matcher, patterns, nodes, env, item):
        yield after


def match_some(
    matcher: Matcher, patterns: Sequence[Any], nodes: Sequence[Any], env: Env, item: Item, *, ordered: bool = True
) -> Iterator[Env]:
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
