"""Anchors: what every match of a pattern holds at a known distance, so that the search starts from the rarest of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from greenrules.engine.holes import PREFIX, of_identifier
from greenrules.engine.match_quick import ASSOCIATIVE, LITERAL
from greenrules.engine.match_runs import known_hole, run_of
from greenrules.engine.prefilter import types_of

if TYPE_CHECKING:
    from greenrules.engine.match_quick import Guards
    from greenrules.engine.pattern import Pattern

#: How an anchor is looked up in a script, and by what: ``type`` by names of node types, ``operator`` by the type of it,
#: ``call``, ``name`` and ``attribute`` by the last part of a name, ``calls`` by a regular expression for it.
Wanted = tuple[str, ...]

#: nodes that the matcher compares field by field, and those among them that it takes apart in another way
_COMPARED = (ast.expr, ast.stmt, ast.comprehension, ast.withitem)
_APART = (ast.BoolOp, ast.JoinedStr, ast.FormattedValue, ast.Dict, ast.Set)


class Anchor(NamedTuple):
    """Something in every match, and the way from it to the node that the match starts with.

    Attributes:
        wanted: what it is.
        up: how many steps up from it the node stands that is meant next.
        deep: whether any node further up may be meant instead.
        back: how many statements before that one the match starts.
    """

    wanted: Wanted
    up: int = 0
    deep: bool = False
    back: int = 0


def anchors_of(patterns: Sequence[Pattern], guards: Guards) -> tuple[Anchor, ...]:
    """The anchors of what matches several patterns at once; none where any expression, or any statement, will do.

    Args:
        patterns: the first says where a match starts.
        guards: metavariable that stands for an identifier → what it must match.
    """
    found: dict[Anchor, None] = {}
    for number, pattern in enumerate(patterns):
        if pattern.first is None or (number and not _alike(pattern, patterns[0])):
            continue
        run = [pattern.first] if pattern.kind == "expression" else pattern.run
        for back, node in enumerate(takewhile(lambda each: run_of(each) is None, run)):
            found.update((anchor._replace(back=back), None) for anchor in _anchors(node, 0, guards))
    return tuple(found)


def _alike(pattern: Pattern, first: Pattern) -> bool:
    """Whether a further pattern starts where the first one does: not where it begins with an ellipsis, or is deep."""
    same = (pattern.kind == "expression") is (first.kind == "expression")
    return same and not pattern.deep and pattern.first is pattern.nodes[0]


def _anchors(node: ast.AST, up: int, guards: Guards) -> Iterator[Anchor]:
    """Anchors in a node of a pattern.

    Args:
        node: it matches one node, whose fields the matcher compares.
        up: how many steps it stands below what the anchors are for.
        guards: as above.
    """
    hole = known_hole(node)
    if isinstance(node, ast.Expr) and known_hole(node.value) is not None:
        hole = known_hole(node.value)
    if hole is not None:
        if hole.inner is not None:
            # The statement of which it may be any part stands around it.
            up += isinstance(node, ast.Expr)
            yield from (anchor._replace(deep=True) for anchor in _anchors(hole.inner, up, guards))
    elif isinstance(node, ast.Call):
        yield from _of_call(node, up, guards)
    elif isinstance(node, ast.Name | ast.Attribute):
        word = node.id if isinstance(node, ast.Name) else node.attr
        dotted = getattr(node, "_parts", None) is not None
        if not up and not word.startswith(PREFIX):
            yield Anchor(("name" if dotted else "attribute", word))
        if isinstance(node, ast.Attribute) and not dotted:
            yield from _of_owner(node, up, guards)
    elif isinstance(node, _COMPARED) and getattr(node, "_literal", None) is None:
        if isinstance(node, ast.BinOp):
            yield Anchor(("operator", type(node.op).__name__), up)
        elif isinstance(node, ast.expr | ast.stmt):
            yield Anchor(("type", *types_of(node)), up)
        if isinstance(node, _APART) or (isinstance(node, ast.BinOp) and isinstance(node.op, ASSOCIATIVE)):
            return
        for _, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, _COMPARED) and run_of(child) is None:
                    yield from _anchors(child, up + 1, guards)


def _of_call(node: ast.Call, up: int, guards: Guards) -> Iterator[Anchor]:
    callee = node.func
    word = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else PREFIX
    if not word.startswith(PREFIX):
        yield Anchor(("call", word), up)
    elif isinstance(callee, ast.Attribute) and (hole := of_identifier(word)) is not None and hole.kind == "one":
        regex = guards.get(hole.name or "", LITERAL)
        if regex != LITERAL:
            yield Anchor(("calls", regex), up)
    if isinstance(callee, ast.Attribute):
        if getattr(callee, "_parts", None) is None:
            yield from _of_owner(callee, up + 1, guards)
    else:
        yield from _anchors(callee, up + 1, guards)
    among = False
    for argument in node.args:
        # Others may be given by keyword, behind ``**`` even, in a dictionary that stands elsewhere.
        if run_of(argument) is not None:
            among = True
        elif among and (hole := known_hole(argument)) is not None and hole.kind == "deep":
            yield from _anchors(argument, up + 1, guards)


def _of_owner(node: ast.Attribute, up: int, guards: Guards) -> Iterator[Anchor]:
    """Anchors in what an attribute is asked of; an ellipsis stands for any number of steps to it."""
    hole = of_identifier(node.attr)
    if hole is None or hole.kind != "many":
        yield from _anchors(node.value, up + 1, guards)
