"""Rewrites inside what a metavariable matched: every use of a name there, or the whole site is refused."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from greenrules.engine.edits import Refused
from greenrules.engine.holes import hole
from greenrules.engine.match import match_pattern
from greenrules.engine.pairing import same
from greenrules.engine.pattern import Pattern
from greenrules.engine.site import Site
from greenrules.engine.template import Difference

if TYPE_CHECKING:
    from greenrules.engine.match import Bound

Pairs = Sequence[tuple[Pattern, Pattern]]


def rewrite_within(site: Site, tables: Mapping[str, Pairs]) -> None:
    """Note the edits of a rule's ``within:``.

    Args:
        site: the match, whose bindings hold in the patterns too.
        tables: metavariable → pairs of pattern and template; at one place the first that matches counts.

    Raises:
        Refused: a use of a name that the patterns translate is left untranslated, or cannot be written.
    """
    template, pattern = site.template, site.pattern
    # where nothing around the run changes, the names in it mean what they meant
    unchanged = template is None or (pattern is not None and same(list(pattern.nodes), list(template.nodes)))
    for name, pairs in tables.items():
        run = site.pairing.run(name)
        if run is None:
            raise Refused(f"${name} of 'within' holds nothing here")
        translated: set[int] = set()
        for node in [inner for code in run for inner in _walk(code)]:
            if isinstance(node, ast.expr | ast.stmt) and id(node) not in translated:
                _rewrite_node(site, pairs, node, translated)
        if not unchanged:
            _check_complete(site, pairs, run, translated)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, outermost first."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _walk(child)


def _rewrite_node(site: Site, pairs: Pairs, node: ast.expr | ast.stmt, translated: set[int]) -> None:
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return  # a pattern reads; what is assigned to is another matter
    for pattern, template in pairs:
        if (pattern.kind == "expression") is not isinstance(node, ast.expr):
            continue
        found = next(match_pattern(pattern, site.facts, node, site.bindings), None)
        if found is None:
            continue
        if not found.certain.yes:
            raise Refused(found.certain.reason)
        inner = Site(site.facts, site.imports, pattern, found.nodes, found.bindings, site.parameters)
        inner.edits, inner.wanted = site.edits, site.wanted
        Difference(inner, template).make()
        own = {name: held for name, held in found.bindings.items() if name not in site.bindings}
        captured = {id(part) for held in own.values() for code in _nodes(held) for part in ast.walk(code)}
        translated.update(id(part) for code in found.nodes for part in ast.walk(code) if id(part) not in captured)
        return


def _nodes(held: Bound) -> tuple[ast.AST, ...]:
    if isinstance(held, tuple):
        return held
    return (held,) if isinstance(held, ast.AST) else ()


def _check_complete(site: Site, pairs: Pairs, run: Sequence[ast.AST], translated: set[int]) -> None:
    """Every place that has one of the translated names must have been rewritten."""
    names = _names(site, pairs)
    for code in run:
        for part in ast.walk(code):
            if isinstance(part, ast.Name) and part.id in names and id(part) not in translated:
                raise Refused(f"{part.id} is used in a way that the rule does not translate (line {part.lineno})")
            if isinstance(part, ast.arg) and part.arg in names:
                raise Refused(f"{part.arg} means something else in a function inside (line {part.lineno})")
            if isinstance(part, ast.Global | ast.Nonlocal) and names & set(part.names):
                raise Refused("a name that the rule translates is declared global")


def _names(site: Site, pairs: Pairs) -> set[str]:
    """The names that the patterns are about and the match binds: what they mean changes with it."""
    names: set[str] = set()
    for pattern, _ in pairs:
        for part in (inner for node in pattern.nodes for inner in ast.walk(node)):
            found = hole(part)
            held = site.bindings.get(found.name or "") if found is not None else None
            if isinstance(held, ast.Name) and isinstance(held.ctx, ast.Store):
                names.add(held.id)
    return names
