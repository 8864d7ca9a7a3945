"""Which rules can match a script at all, told from its words; and at which nodes a pattern can start."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenrules.engine.holes import PREFIX, of_identifier
from greenrules.engine.match_runs import known_hole, run_of

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.pattern import Pattern


@dataclass(frozen=True, slots=True)
class Kinds:
    """Where a pattern can start.

    Attributes:
        types: names of the node types, empty when any expression (or any statement) will do.
        last: the last part of the callee's or the name's dotted name, where the pattern spells it; of an import the
            module.
        statements: whether it matches statements.
    """

    types: tuple[str, ...]
    last: str | None = None
    statements: bool = False


def spoken(words: frozenset[str], knowledge: Knowledge) -> frozenset[str]:
    """Words of a file, with what declared aliases among them stand for."""
    renamed = knowledge.renamed
    if renamed.keys().isdisjoint(words):
        return words
    return words | {target for name in renamed.keys() & words for target in renamed[name]}


def may_stand(needed: frozenset[str], facts: Facts) -> bool:
    """Whether a pattern that needs some words can match anywhere in a script."""
    mentions, renamed = facts.source.mentions, facts.knowledge.renamed
    return all(mentions(word) or any(word in renamed[name] and mentions(name) for name in renamed) for word in needed)


def roots_of(pattern: Pattern) -> frozenset[str]:
    """First parts of the dotted names that a pattern spells: where one is a module, only its importers can match."""
    found: set[str] = set()
    for top in pattern.nodes:
        inner: set[int] = set()
        for node in ast.walk(top):
            if isinstance(node, ast.Attribute) and id(node) not in inner:
                parts = getattr(node, "_parts", None)
                if parts is not None and isinstance(node.ctx, ast.Load):
                    found.add(parts[0])
                below: ast.AST = node
                while isinstance(below, ast.Attribute):
                    below = below.value
                    inner.add(id(below))
    return frozenset(found)


_TYPES: dict[str, tuple[str, ...]] = {
    "FunctionDef": ("FunctionDef", "AsyncFunctionDef"),
    "For": ("For", "AsyncFor"),
    "With": ("With", "AsyncWith"),
    "Try": ("Try", "TryStar"),
    "Assign": ("Assign", "AnnAssign"),
    "Set": ("Set", "Dict"),
    "JoinedStr": ("JoinedStr", "Constant"),
}
_COMPOUND = (ast.For, ast.While, ast.With, ast.If, ast.FunctionDef)
#: what a name that holds a literal may look like
_LITERAL = ("Name", "Attribute", "BinOp", "UnaryOp", "JoinedStr")


def kinds_of(pattern: Pattern) -> Kinds:
    """Where a pattern can start."""
    node = pattern.first
    if node is None:
        return Kinds((), None, pattern.kind != "expression")
    hole = getattr(node, "_hole", None)
    if isinstance(node, ast.Import) and PREFIX not in node.names[0].name:
        return Kinds(("Import",), node.names[0].name, True)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level and PREFIX not in node.module:
        return Kinds(("ImportFrom",), node.module, True)
    if isinstance(node, ast.stmt):
        if hole is not None or (
            isinstance(node, ast.Expr) and (inner := getattr(node.value, "_hole", None)) and inner.kind == "deep"
        ):
            return Kinds((), None, True)
        value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        named = value is not None and (isinstance(node, ast.Expr) or isinstance(value, ast.Call))
        last = _last(value) if value is not None and named else None
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


def followed_by(pattern: Pattern) -> tuple[str, ...]:
    """Types of the compound statement that must follow the assignment that a pattern starts with.

    There are fewer of them than assignments. Empty where it starts otherwise, or with the assignment of a named call.
    """
    if pattern.kind != "statements" or pattern.kinds.last is not None or len(pattern.run) < 2:
        return ()
    first, second = pattern.run[:2]
    if not isinstance(first, ast.Assign) or not isinstance(second, _COMPOUND) or known_hole(second) is not None:
        return ()
    return _TYPES.get(type(second).__name__, (type(second).__name__,))


def _last(node: ast.expr) -> str | None:
    """The last part of the name of a call, an attribute or a name; None where a hole, or no name, stands."""
    if isinstance(node, ast.Call):
        named = getattr(node, "_hole", None) is None and not isinstance(node.func, ast.Call)
        return _last(node.func) if named else None
    if isinstance(node, ast.Attribute):
        return None if node.attr.startswith("__hole_") else node.attr
    if isinstance(node, ast.Name):
        return None if node.id.startswith("__hole_") else node.id
    return None


def method_holes(pattern: Pattern) -> Iterator[tuple[str, bool]]:
    """Metavariables that stand for the name of what a pattern calls somewhere, as in ``$S.$M($X)``.

    Yields:
        The metavariable, and whether it is certainly called as a method where it stands.
    """
    for top in pattern.nodes:
        for node in ast.walk(top):
            callee = node.func if isinstance(node, ast.Call) else None
            if isinstance(callee, ast.Attribute):
                found = of_identifier(callee.attr)
                if found is not None and found.kind == "one" and found.name is not None:
                    yield found.name, getattr(callee, "_parts", None) is None


def enclosed_calls(pattern: Pattern, guards: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """What a pattern calls at any depth of its first statement.

    Yields:
        The last part of the name, or a regular expression that it must match, and whether it is one.
    """
    for node in ast.walk(pattern.first) if isinstance(pattern.first, ast.stmt) else ():
        hole = getattr(node, "_hole", None)
        callee = hole.inner.func if hole is not None and isinstance(hole.inner, ast.Call) else None
        if isinstance(callee, ast.Attribute) and (found := of_identifier(callee.attr)) is not None:
            if found.kind == "one" and found.name is not None and found.name in guards:
                yield guards[found.name], True
        elif callee is not None and (last := _last(callee)) is not None:
            yield last, False


def first_node(pattern: Pattern) -> ast.AST | None:
    """The node of a pattern that a match starts with."""
    if pattern.kind == "expression":
        return inner_node(pattern)
    nodes = trimmed(pattern.nodes)
    return nodes[0] if nodes else None


def inner_node(pattern: Pattern) -> ast.AST:
    """What to look for at an expression: a pattern that is wholly ``<... P ...>`` matches where P does."""
    node = pattern.nodes[0]
    found = known_hole(node)
    return found.inner if found is not None and found.inner is not None else node


def trimmed(nodes: Sequence[ast.AST]) -> Sequence[ast.AST]:
    """The statements of a pattern without the unnamed runs around them, which say nothing."""
    first, last = 0, len(nodes)
    while first < last and _says_nothing(nodes[first]):
        first += 1
    while last > first and _says_nothing(nodes[last - 1]):
        last -= 1
    return nodes[first:last]


def _says_nothing(node: ast.AST) -> bool:
    run = run_of(node)
    return run is not None and (run.name is None or run.name.startswith("..."))
