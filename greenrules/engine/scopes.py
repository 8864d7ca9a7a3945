"""Scopes, and what binds a name in each."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Literal

ScopeKind = Literal["module", "class", "function", "lambda", "comprehension"]
BindingKind = Literal[
    "import",
    "assign",
    "augmented",
    "annotated",
    "for",
    "with",
    "parameter",
    "def",
    "class",
    "except",
    "match",
    "walrus",
    "comprehension",
    "delete",
    "declared",
    "type",
]


@dataclass(frozen=True, eq=False)
class Binding:
    """One place that binds (or unbinds) a name.

    Attributes:
        name: the name.
        kind: what binds it.
        node: the node that carries the name: a Name, alias, arg, definition, except handler or match pattern.
        scope: the scope the name lives in (the module's, for one declared ``global``).
        value: the expression the value comes from, where there is one: right-hand side, iterable, context manager.
        path: how to reach the value in ``value``: an index per level of unpacking, -1 for a starred rest.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    scope: Scope
    value: ast.expr | None = None
    path: tuple[int, ...] = ()


@dataclass(eq=False)
class Scope:
    """A scope of names."""

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
