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
#: Guards of a metavariable that must be a literal, that is compared with a number, and that is and must be both. As
#: regular expressions they let every identifier through.
LITERAL = "(?#literal)"
NUMBER = "(?#number)"
LITERAL_NUMBER = "(?#literal)(?#number)"
_OF_VALUES = frozenset({LITERAL, NUMBER, LITERAL_NUMBER})
_NO_NUMBERS = (ast.Tuple, ast.List, ast.Set, ast.Dict)

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
#: what may be a literal, of nodes of a pattern
LITERALS = frozenset({ast.Constant, ast.UnaryOp, ast.Tuple, ast.List, ast.Dict, ast.Set})
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
        if hole.kind == "one" and guards and hole.name is not None and (guard := guards.get(hole.name)) in _OF_VALUES:
            return _may_be(guard, node)
        if hole.kind == "string":
            text = node.value if isinstance(node, ast.Constant) else ""
            return isinstance(node, _TEXTS) and isinstance(text, str | bytes)
        return True if hole.kind != "typed" else isinstance(node, ast.expr)
    kind = pattern.__class__
    if kind in _NAMED:
        return _name(pattern, node, renamed, guards)
    given = node.__class__
    if kind is ast.Call:
        return (
            given is ast.Call
            and plausible(pattern.func, node.func, renamed, guards)
            and _enough(pattern, node)
            and _arguments(pattern.args, node.args, renamed, guards)
        )
    if kind in LITERALS and pattern._literal is not None:
        return isinstance(node, ast.expr) and may_be_known(node)
    if given is not kind and given not in TYPES.get(kind, ()):
        # A statement that holds code at any depth stands for other statements, too.
        return kind is ast.Expr and (inner := pattern.value._hole) is not None and inner.kind == "deep"
    fixed = pattern.__dict__.get("_fixed")
    if fixed is None:
        fixed = pattern._fixed = _fixed(pattern)
    for field, wanted in fixed:
        value: Any = getattr(node, field, None)
        if wanted.__class__ is list:
            if value.__class__ is list and not _sequence(wanted, value, renamed, guards):
                return False
        elif wanted.__class__ is type:
            if value.__class__ is not wanted:
                return False
        elif wanted.__class__ is tuple:
            if tuple(map(type, value)) != wanted:
                return False
        elif isinstance(value, ast.expr) and not plausible(wanted, value, renamed, guards):
            return False
    return _imports(pattern, node) if kind in _IMPORTS else True


def _fixed(pattern: ast.AST) -> tuple[tuple[str, Any], ...]:
    """Fields that tell whether a node may match: with an expression, statements in order, or types of operators."""
    if isinstance(pattern, ast.BinOp) and isinstance(pattern.op, ASSOCIATIVE):
        # Of a chain other operands may stand here.
        return (("op", type(pattern.op)),)
    found: list[tuple[str, Any]] = []
    for field, wanted in ast.iter_fields(pattern):
        if isinstance(wanted, ast.operator | ast.unaryop | ast.boolop):
            found.append((field, type(wanted)))
        elif field == "ops":
            found.append((field, tuple(map(type, wanted))))
        elif isinstance(wanted, ast.expr) or (field in _IN_ORDER and isinstance(wanted, list)):
            found.append((field, wanted))
    return tuple(found)


def together(held: str | None, guard: str) -> str:
    """One guard for a metavariable that two sentences guard."""
    if held in (LITERAL, NUMBER) and guard in (LITERAL, NUMBER):
        return guard if held == guard else LITERAL_NUMBER
    return guard if held is None or guard not in _OF_VALUES else held


def _may_be(guard: str | None, node: Any) -> bool:
    """Whether a node may have a value of the kind that a guard wants."""
    if guard != LITERAL and isinstance(node, ast.Constant):
        return isinstance(node.value, int | float)
    if guard == LITERAL_NUMBER and isinstance(node, _NO_NUMBERS):
        return False
    return guard == NUMBER or may_be_known(node)


def _sequence(wanted: list[Any], given: list[Any], renamed: Renamed, guards: Guards) -> bool:
    """Whether the whole of a list may match, as far as can be told before the first run of any length."""
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
    given = node.__class__
    if given is ast.Attribute:
        word = node.attr
    elif given is ast.Name:
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
        if given is not ast.Attribute:
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
