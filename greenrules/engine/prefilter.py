"""Which rules can match a script at all, told from its words; and at which nodes a pattern can start."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenrules.engine.holes import PREFIX, of_identifier
from greenrules.engine.match_quick import TYPES
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
        module: the one that it imports, where it spells it.
        statements: whether it matches statements.
    """

    types: tuple[str, ...]
    module: str | None = None
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


#: what a name that holds a literal may look like
_LITERAL = ("Name", "Attribute", "BinOp", "UnaryOp", "JoinedStr")


def types_of(node: ast.AST) -> tuple[str, ...]:
    """Names of the types of the nodes that a node of a pattern can match, where it is no hole and no literal."""
    return tuple(kind.__name__ for kind in TYPES.get(type(node), (type(node),)))


def kinds_of(pattern: Pattern) -> Kinds:
    """Where a pattern can start."""
    node = pattern.first
    statements = pattern.kind != "expression"
    hole = known_hole(node)
    if isinstance(node, ast.Import) and PREFIX not in node.names[0].name:
        return Kinds(("Import",), node.names[0].name, True)
    if isinstance(node, ast.ImportFrom) and node.module and not node.level and PREFIX not in node.module:
        return Kinds(("ImportFrom",), node.module, True)
    if isinstance(node, ast.Expr) and (inner := known_hole(node.value)) is not None and inner.kind == "deep":
        return Kinds((), None, True)
    if node is None or hole is not None:
        return Kinds(("Constant", *_LITERAL) if hole is not None and hole.kind == "string" else (), None, statements)
    if isinstance(node, ast.Name | ast.Attribute) and getattr(node, "_parts", None) is not None:
        return Kinds(("Name", "Attribute"))
    literal = getattr(node, "_literal", None) is not None
    return Kinds((type(node).__name__, *_LITERAL) if literal else types_of(node), None, statements)


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
    return run is not None and run.anonymous
