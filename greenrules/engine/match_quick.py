"""A quick look before matching: whether a node can match a pattern at all, by types and names alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from greenrules.engine.holes import PREFIX, Hole, of_identifier
from greenrules.engine.literals import may_be_known

Renamed = Mapping[str, frozenset[str]]
Guards = Mapping[str, str]
NO_GUARDS: Guards = {}
#: Guard of a metavariable that must be a literal; as a regular expression it lets every identifier through.
LITERAL = "(?#literal)"

#: node type of a pattern → types that it can match, where there are others
TYPES: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.FunctionDef: (ast.FunctionDef, ast.AsyncFunctionDef),
    ast.For: (ast.For, ast.AsyncFor),
    ast.With: (ast.With, ast.AsyncWith),
    ast.Try: (ast.Try, ast.TryStar),
    ast.Assign: (ast.Assign, ast.AnnAssign),
    ast.Set: (ast.Set, ast.Dict),
    ast.JoinedStr: (ast.JoinedStr, ast.Constant),
}
_OPERATORS = (ast.operator, ast.unaryop, ast.boolop)
_NAMED = (ast.Name, ast.Attribute)
#: what may be a text, or stand for one
_TEXTS = (ast.Constant, ast.JoinedStr, ast.Name, ast.Attribute, ast.BinOp)
_IMPORTS = (ast.Import, ast.ImportFrom)
#: fields with lists that a match takes in order and as a whole
_IN_ORDER = ("body", "targets")
ASSOCIATIVE = (ast.Add, ast.Mult, ast.BitOr, ast.BitAnd)


def plausible(pattern: Any, node: Any, renamed: Renamed, guards: Guards = NO_GUARDS) -> bool:
    """Whether a node may match; False is certain, True is not. Costs no more than the size of the pattern.

    Args:
        pattern: a node of an annotated pattern.
        node: a node of a script.
        renamed: local spelling → last parts of what it may mean.
        guards: metavariable that stands for an identifier → what the identifier must match.
    """
    hole: Hole | None = pattern._hole
    if hole is not None:
        if hole.kind == "one" and guards and hole.name is not None and guards.get(hole.name) == LITERAL:
            return may_be_known(node)
        if hole.kind == "string":
            text = node.value if isinstance(node, ast.Constant) else ""
            return isinstance(node, _TEXTS) and isinstance(text, str | bytes)
        return True if hole.kind != "typed" else isinstance(node, ast.expr)
    if isinstance(pattern, _NAMED):
        return _name(pattern, node, renamed, guards)
    if isinstance(pattern, ast.Call):
        return (
            isinstance(node, ast.Call)
            and plausible(pattern.func, node.func, renamed, guards)
            and _enough(pattern, node)
            and _arguments(pattern.args, node.args, renamed, guards)
            and all(_keyword(each, node, renamed, guards) for each in pattern.keywords)
        )
    kind = type(pattern)
    if getattr(pattern, "_literal", None) is not None:
        return isinstance(node, ast.expr) and may_be_known(node)
    if type(node) is not kind and type(node) not in TYPES.get(kind, ()):
        # A statement that holds code at any depth stands for other statements, too.
        return kind is ast.Expr and (inner := pattern.value._hole) is not None and inner.kind == "deep"
    if isinstance(pattern, _IMPORTS):
        return _imports(pattern, node)
    if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, ASSOCIATIVE):
        return type(node.op) is type(pattern.op)
    if isinstance(pattern, ast.Compare):
        return [type(op) for op in pattern.ops] == [type(op) for op in node.ops] and plausible(
            pattern.left, node.left, renamed, guards
        )
    for field in kind._fields:
        wanted = getattr(pattern, field, None)
        if isinstance(wanted, ast.expr):
            given = getattr(node, field, None)
            if isinstance(given, ast.expr) and not plausible(wanted, given, renamed, guards):
                return False
        elif isinstance(wanted, _OPERATORS):
            if type(getattr(node, field, None)) is not type(wanted):
                return False
        elif field in _IN_ORDER and not _sequence(wanted, getattr(node, field, None), renamed, guards):
            return False
    return True


def _sequence(wanted: Any, given: Any, renamed: Renamed, guards: Guards) -> bool:
    """Whether the whole of a list may match, as far as can be told before the first run of any length."""
    if not isinstance(wanted, list) or not isinstance(given, list):
        return True
    for place, pattern in enumerate(wanted):
        hole: Hole | None = pattern._hole
        if hole is not None and hole.kind == "many":
            return True
        if place >= len(given) or not plausible(pattern, given[place], renamed, guards):
            return False
    return len(wanted) == len(given)


def _enough(pattern: Any, node: ast.Call) -> bool:
    """Whether a call has as many arguments as a pattern wants, as far as it shows them all."""
    spelled, more = pattern._arity
    count = len(node.args) + len(node.keywords)
    if count == spelled or (more and count > spelled):
        return True
    return any(isinstance(each, ast.Starred) for each in node.args) or any(each.arg is None for each in node.keywords)


def _arguments(wanted: list[ast.expr], given: list[ast.expr], renamed: Renamed, guards: Guards) -> bool:
    """Whether the arguments at the same positions may match, as far as positions can be told."""
    for pattern, node in zip(wanted, given, strict=False):
        hole: Hole | None = pattern._hole  # type: ignore[attr-defined]
        if isinstance(node, ast.Starred) or isinstance(pattern, ast.Starred) or (hole and hole.kind == "many"):
            return True
        if not plausible(pattern, node, renamed, guards):
            return False
    return True


def _keyword(wanted: ast.keyword, node: ast.Call, renamed: Renamed, guards: Guards) -> bool:
    """Whether a call may give what a pattern wants under a name: under that name, by position, or behind a star."""
    run: Hole | None = wanted._hole  # type: ignore[attr-defined]
    if wanted.arg is None or wanted.arg.startswith(PREFIX) or (run is not None and run.kind == "many"):
        return True
    for given in node.keywords:
        if given.arg == wanted.arg:
            return plausible(wanted.value, given.value, renamed, guards)
    if any(isinstance(each, ast.Starred) or plausible(wanted.value, each, renamed, guards) for each in node.args):
        return True
    return any(each.arg is None for each in node.keywords)


def _name(pattern: ast.Name | ast.Attribute, node: Any, renamed: Renamed, guards: Guards) -> bool:
    parts: tuple[str | Hole, ...] | None = pattern._parts  # type: ignore[union-attr]
    if isinstance(node, ast.Attribute):
        word = node.attr
    elif isinstance(node, ast.Name):
        word = node.id
    else:
        return isinstance(pattern, ast.Attribute) and pattern.attr.startswith(PREFIX) and parts is None
    if parts is not None:
        last = parts[-1]
        if isinstance(last, Hole):
            # A name that is imported under another may still be what the guard wants.
            return word in renamed or _passes(last, word, guards)
        return word == last or last in renamed.get(word, ())
    if isinstance(pattern, ast.Attribute):
        hole = of_identifier(pattern.attr)
        if hole is not None and hole.kind == "many":
            return True
        if not isinstance(node, ast.Attribute):
            return False
        fits = word == pattern.attr if hole is None else _passes(hole, word, guards)
        return fits and plausible(pattern.value, node.value, renamed, guards)
    return True


def _passes(hole: Hole, word: str, guards: Guards) -> bool:
    regex = guards.get(hole.name) if hole.name is not None else None
    return regex is None or fits_word(regex, word)


@lru_cache(maxsize=65_536)
def fits_word(regex: str, word: str) -> bool:
    """Whether a regular expression matches somewhere in a word; words come again and again."""
    return re.search(regex, word) is not None


def _imports(pattern: ast.Import | ast.ImportFrom, node: ast.Import | ast.ImportFrom) -> bool:
    given = {alias.name for alias in node.names}
    return all(alias.name in given or PREFIX in alias.name for alias in pattern.names)
