"""The patterns of ``case`` clauses: of classes and of mappings, whose order does not matter and which may hold runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenrules.engine.holes import Hole, of_identifier
from greenrules.engine.match_env import Env, Ways, only, then
from greenrules.engine.match_runs import known_hole, match_all, match_some

if TYPE_CHECKING:
    from greenrules.engine.match_nodes import Matcher


@dataclass(frozen=True)
class _Item:
    """One item of a class pattern or a mapping pattern.

    Attributes:
        key: the keyword, or the key.
        value: the pattern.
        run: set where the item stands for any number of items.
    """

    key: str | ast.expr
    value: ast.AST | None
    run: Hole | None = None

    @property
    def _hole(self) -> Hole | None:
        return self.run

    @property
    def parts(self) -> tuple[str | ast.AST, ...]:
        return (self.key,) if self.value is None else (self.key, self.value)


def match_class_pattern(matcher: Matcher, pattern: ast.MatchClass, node: ast.AST, env: Env) -> Iterator[Env]:
    """``case P($A, k=$B, ...)``: positional patterns in order, keywords in any; a run takes what is left."""
    if not isinstance(node, ast.MatchClass):
        return
    wanted, given = _keywords(pattern), _keywords(node)
    positional: Sequence[ast.pattern] = pattern.patterns
    any_keyword = any(item.run is not None for item in wanted)
    if positional and (last := known_hole(positional[-1])) is not None and last.kind == "many":
        any_keyword = any_keyword or not wanted
    for inner in matcher.node(pattern.cls, node.cls, env):
        for bound in match_all(matcher, positional, node.patterns, inner, matcher.node):
            yield from _items(matcher, wanted, given, bound, more=any_keyword)


def match_mapping_pattern(matcher: Matcher, pattern: ast.MatchMapping, node: ast.AST, env: Env) -> Iterator[Env]:
    """``case {'k': $A, **$R}``: items in any order; ``...`` at the end takes what is left."""
    if not isinstance(node, ast.MatchMapping):
        return
    wanted = [_Item(key, value) for key, value in zip(pattern.keys, pattern.patterns, strict=True)]
    given = [_Item(key, value) for key, value in zip(node.keys, node.patterns, strict=True)]
    rest = of_identifier(pattern.rest) if pattern.rest is not None else None
    more = rest is not None and rest.kind == "many"
    bound: Env | None = env
    if not more:
        if (pattern.rest is None) != (node.rest is None):
            return
        if rest is not None and node.rest is not None:
            bound = env.bind(rest.name, node.rest)
        elif pattern.rest != node.rest:
            return
    if bound is not None:
        yield from _items(matcher, wanted, given, bound, more=more)


def _keywords(node: ast.MatchClass) -> list[_Item]:
    found = []
    for name, value in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
        hole = of_identifier(name)
        run = hole if hole is not None and hole.kind == "many" else None
        found.append(_Item(name, value if run is None else None, run))
    return found


def _items(matcher: Matcher, wanted: list[_Item], given: list[_Item], env: Env, *, more: bool) -> Iterator[Env]:
    plain = [item for item in wanted if item.run is None]
    if len(plain) > len(given) or (len(plain) < len(given) and not more):
        return

    def item(want: _Item, have: _Item, env: Env) -> Ways:
        wanted, given = want.value, have.value
        if wanted is None or given is None:
            return ()
        if isinstance(want.key, str):
            hole = of_identifier(want.key)
            if hole is not None:
                outer = only(env.bind(hole.name, str(have.key)))
            else:
                outer = (env,) if want.key == have.key else ()
        else:
            assert isinstance(have.key, ast.expr)
            outer = matcher.node(want.key, have.key, env)
        return then(outer, lambda inner: matcher.node(wanted, given, inner))

    yield from match_some(matcher, plain, given, env, item, ordered=False)
