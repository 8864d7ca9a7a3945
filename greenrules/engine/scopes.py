"""Scopes, and what binds a name in each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
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
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Definition = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.While


@dataclass(eq=False, slots=True)
class Binding:
    """One place that binds (or unbinds) a name.

    Attributes:
        name: the name.
        kind: what binds it. ``declared`` is an annotation without a value, which binds nothing.
        node: the node that carries the name: a Name, alias, arg, definition, except handler or match pattern.
        scope: the scope the name lives in (the module's, for one declared ``global``).
        frame: the module, function or lambda scope whose code does the binding.
        value: the expression the value comes from, where there is one: right-hand side, iterable, context manager.
        path: how to reach the value in ``value``: an index per level of unpacking, -1 for a starred rest.
        annotation: of a parameter or annotated name.
        order: its place among all bindings of the file, in the order of evaluation.
    """

    name: str
    kind: BindingKind
    node: ast.AST
    scope: Scope
    frame: Scope
    value: ast.expr | None = None
    path: tuple[int, ...] = ()
    annotation: ast.expr | None = None
    order: int = 0


@dataclass(eq=False, slots=True)
class Scope:
    """A scope of names.

    Attributes:
        kind: what opens it.
        node: the node that opens it.
        parent: the enclosing scope.
        bindings: name → its bindings, in the order of evaluation.
        declared: names declared ``global`` or ``nonlocal``.
        stars: star imports in it.
    """

    kind: ScopeKind
    node: ast.AST
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)

    @property
    def frame(self) -> Scope:
        """The scope whose code runs as one: class bodies and comprehensions run within the one around them."""
        scope = self
        while scope.kind in ("class", "comprehension") and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(eq=False)
class Scopes:
    """All scopes of a file.

    Attributes:
        module: the outermost scope.
        inner: node that opens a scope → that scope.
        of_name: Name → the scope it stands in.
        by_node: node that carries a bound name → its binding.
        loads: name → every Name that reads it, in source order.
        attributes: attribute → every Attribute node with it, in source order.
        imports: import statements in source order.
        all: every binding in the order of evaluation.
        ranges: loop, try or with statement → the part of ``all`` bound within it.
        returns: function → its ``return`` statements.
        yields: functions with ``yield``.
        lazy: scopes of generator expressions that may run later than where they stand.
    """

    module: Scope
    inner: dict[ast.AST, Scope] = field(default_factory=dict)
    of_name: dict[ast.Name, Scope] = field(default_factory=dict)
    by_node: dict[ast.AST, Binding] = field(default_factory=dict)
    loads: dict[str, list[ast.Name]] = field(default_factory=dict)
    attributes: dict[str, list[ast.Attribute]] = field(default_factory=dict)
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    all: list[Binding] = field(default_factory=list)
    ranges: dict[tuple[ast.AST, str], tuple[int, int]] = field(default_factory=dict)
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict)
    yields: set[ast.AST] = field(default_factory=set)
    lazy: set[Scope] = field(default_factory=set)
    _owners: dict[tuple[Scope, str], Scope | None] = field(default_factory=dict)

    def owner(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose variable ``name`` is when it is read in ``scope``; None when nothing in the file binds it."""
        key = (scope, name)
        if key not in self._owners:
            self._owners[key] = self._find_owner(name, scope)
        return self._owners[key]

    def _find_owner(self, name: str, scope: Scope) -> Scope | None:
        current: Scope | None = scope
        while current is not None:
            declared = current.declared.get(name)
            if declared == "global":
                return self.module if name in self.module.bindings else None
            if declared is None and name in current.bindings and (current is scope or current.kind != "class"):
                return current
            current = current.parent
        return None

    def enclosing_owner(self, name: str, scope: Scope) -> Scope | None:
        """The scope that ``name`` means when ``scope`` does not bind it (yet)."""
        current = scope.parent
        while current is not None and current.kind == "class":
            current = current.parent
        return self.owner(name, current) if current is not None else None


def comprehension_elements(node: Comprehension) -> Iterator[ast.expr]:
    """What a comprehension yields: its element, or key and value."""
    if isinstance(node, ast.DictComp):
        yield node.key
        yield node.value
    else:
        yield node.elt
