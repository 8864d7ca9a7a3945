"""Which rules can match a script at all, told from its words; and at which nodes a pattern can start."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenrules.engine.pack import Rule
    from greenrules.engine.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Kinds:
    """Where a pattern can start.

    Attributes:
        types: names of the node types, empty when any expression (or any statement) will do.
        last: the last part of the callee's or the name's dotted name, where the pattern spells it.
        statements: whether it matches statements.
    """

    types: tuple[str, ...]
    last: str | None = None
    statements: bool = False


def select(rules: Iterable[Rule], words: frozenset[str], aliases: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """The rules that a file with these words can match.

    Args:
        rules: candidates.
        words: identifiers of the file.
        aliases: names that stand for others; a word that a pack renames counts as what it stands for.
    """
    if aliases:
        renamed = {last for name, last in renamings(aliases) if name in words}
        words = words | renamed if renamed else words
    return tuple(rule for rule in rules if any(needed <= words for needed in rule.required))


def renamings(aliases: Mapping[str, str]) -> list[tuple[str, str]]:
    """Last parts of declared aliases that differ from what they stand for."""
    pairs = ((name.rpartition(".")[2], target.rpartition(".")[2]) for name, target in aliases.items())
    return [(name, target) for name, target in pairs if name != target]


_TYPES: dict[str, tuple[str, ...]] = {
    "FunctionDef": ("FunctionDef", "AsyncFunctionDef"),
    "For": ("For", "AsyncFor"),
    "With": ("With", "AsyncWith"),
    "Assign": ("Assign", "AnnAssign"),
    "Set": ("Set", "Dict"),
    "JoinedStr": ("JoinedStr", "Constant"),
}
#: what a name that holds a literal may look like
_LITERAL = ("Name", "Attribute", "BinOp", "UnaryOp", "JoinedStr")


def kinds_of(pattern: Pattern) -> Kinds:
    """Where a pattern can start."""
    from greenrules.engine.match import first_node

    node = first_node(pattern)
    if node is None:
        return Kinds((), None, pattern.kind != "expression")
    hole = getattr(node, "_hole", None)
    if isinstance(node, ast.stmt):
        if hole is not None or (
            isinstance(node, ast.Expr) and (inner := getattr(node.value, "_hole", None)) and inner.kind == "deep"
        ):
            return Kinds((), None, True)
        last = _last(node.value) if isinstance(node, ast.Expr) else None
        return Kinds(_TYPES.get(type(node).__name__, (type(node).__name__,)), last, True)
    if hole is not None:
        if hole.kind == "string":
            return Kinds(("Constant", *_LITERAL))
        return Kinds(())
    if isinstance(node, ast.Call):
        return Kinds(("Call",), _last(node))
    if isinstance(node, ast.Name | ast.Attribute):
        parts = getattr(node, "_parts", None)
        if isinstance(node, ast.Attribute) and parts is None:
            return Kinds(("Attribute",), _last(node))
        return Kinds(("Name", "Attribute"), _last(node))
    if getattr(node, "_literal", None) is not None:
        return Kinds((type(node).__name__, *_LITERAL))
    name = type(node).__name__
    return Kinds(_TYPES.get(name, (name,)))


def _last(node: ast.expr) -> str | None:
    """The last part of the name of a call, an attribute or a name; None where a hole stands."""
    if isinstance(node, ast.Call):
        return _last(node.func) if getattr(node, "_hole", None) is None else None
    if isinstance(node, ast.Attribute):
        return None if node.attr.startswith("__hole_") else node.attr
    if isinstance(node, ast.Name):
        return None if node.id.startswith("__hole_") else node.id
    return None
