"""Scopes, and what binds a name in each."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar

from greenrules.engine.children import Survey

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
Place = TypeVar("Place", ast.Name, ast.Attribute)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


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
        order: grows among all bindings of the file in the order of evaluation.
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

    __slots__ = ("_runs_in", "bindings", "declared", "kind", "node", "parent", "stars")

    def __init__(self, kind: ScopeKind, node: ast.AST, parent: Scope | None) -> None:
        self.kind = kind
        self.node = node
        self.parent = parent
        self.bindings: dict[str, list[Binding]] = {}
        self.declared: dict[str, str] = {}
        self.stars: list[ast.ImportFrom] = []
        within = parent is not None and (kind == "class" or kind == "comprehension")
        # Not the scope itself, which would then hold itself in memory.
        self._runs_in = parent.frame if within and parent is not None else None

    @property
    def frame(self) -> Scope:
        """The scope whose code runs as one: class bodies and comprehensions run within the one around them."""
        return self._runs_in or self


class Code:
    """What the code of the module or of a function does, functions that are defined in it left out.

    Attributes:
        bound: its bindings in the order of evaluation.
        loads: name → every Name that reads it, in source order.
        attributes: attribute → every Attribute node with it, in source order.
        functions: those defined in it, in source order.
    """

    __slots__ = ("attributes", "bound", "functions", "loads")

    def __init__(self) -> None:
        self.bound: list[Binding] = []
        self.loads: dict[str, list[ast.Name]] = defaultdict(list)
        self.attributes: dict[str, list[ast.Attribute]] = defaultdict(list)
        self.functions: list[Definition] = []


@dataclass(eq=False)
class Scopes:
    """All scopes of a file. The body of a function is read when something in it is first asked for.

    Attributes:
        module: the outermost scope.
        survey: the nodes of the file.
        named: every Name of one spelling.
        reader: reads the body of a function that is defined in a scope.
        inner: node that opens a scope → that scope; as far as it has been read, as all that follows.
        of_name: Name → the scope it stands in.
        by_node: node that carries a bound name → its binding.
        ranges: loop, try or with statement → the bindings of its code, and which of them are bound within it.
        returns: function → its ``return`` statements.
        yields: functions with ``yield``.
        lazy: scopes of generator expressions that may run later than where they stand.
        codes: the module or function → its code.
        unread: function whose body has not been read → the scope that it is defined in.
    """

    module: Scope
    survey: Survey
    named: Callable[[str], Sequence[ast.Name]]
    reader: Callable[[Scopes, Definition, Scope], None]
    inner: dict[ast.AST, Scope] = field(default_factory=dict)
    of_name: dict[ast.Name, Scope] = field(default_factory=dict)
    by_node: dict[ast.AST, Binding] = field(default_factory=dict)
    ranges: dict[tuple[ast.AST, str], tuple[list[Binding], int, int]] = field(default_factory=dict)
    returns: dict[ast.AST, list[ast.Return]] = field(default_factory=dict)
    yields: set[ast.AST] = field(default_factory=set)
    lazy: set[Scope] = field(default_factory=set)
    codes: dict[ast.AST, Code] = field(default_factory=dict)
    unread: dict[Definition, Scope] = field(default_factory=dict)
    _owners: dict[tuple[Scope, str], Scope | None] = field(default_factory=dict)
    _attributes: dict[str, list[ast.Attribute]] = field(default_factory=dict)

    def scope_of(self, name: ast.Name) -> Scope | None:
        """The scope that a Name stands in; None where it is no part of the file."""
        found = self.of_name.get(name)
        if found is None and self.unread:
            self.read_around(name)
            found = self.of_name.get(name)
        return found

    def binding_of(self, node: ast.AST) -> Binding | None:
        """The binding whose name a node carries."""
        found = self.by_node.get(node)
        if found is None and self.unread:
            self.read_around(node)
            found = self.by_node.get(node)
        return found

    def opened_by(self, node: ast.AST) -> Scope | None:
        """The scope that a node opens, its code read."""
        if self.unread:
            self.read_around(node, node)
        return self.inner.get(node)

    def read_around(self, node: ast.AST, *more: ast.AST) -> None:
        """Read the code of the functions around a node, and of more."""
        unread, parents = self.unread, self.survey.parents
        around: list[Any] = list(more)
        current = parents.get(node)
        while current is not None:
            if current.__class__ in _FUNCTIONS:
                around.append(current)
            current = parents.get(current)
        for function in reversed(around):
            if function in unread:
                self.reader(self, function, unread.pop(function))

    def bound_within(self, node: ast.AST, part: str) -> list[Binding]:
        """What the code of a part of a statement binds, and with it what functions and lambdas in it may."""
        bound, start, end = self.ranges[node, part]
        return bound[start:end]

    def bound_below(self, loop: ast.AST) -> list[Binding]:
        """What a loop or comprehension binds, all functions in it included."""
        self.read_around(loop)
        found = self.bound_within(loop, "body") if (loop, "body") in self.ranges else []
        for binding in found:
            if binding.kind == "def":
                self.opened_by(binding.node)
                if (code := self.codes.get(binding.node)) is not None:
                    found += code.bound
        return found

    def loads(self, name: str, scope: Scope | None = None) -> list[ast.Name]:
        """Every Name with a spelling that is read in the code of a scope, functions in it included, in source order.

        Args:
            name: the spelling.
            scope: the module's, where there is none.
        """
        if not (places := self.named(name)):
            return []
        code = self._code_around(scope or self.module)
        lines = sorted(node.lineno for node in places) if code.functions else []
        return self._gathered(code, lambda code: code.loads.get(name, []), lines)

    def attributes(self, name: str) -> list[ast.Attribute]:
        """Every Attribute node of a spelling, in source order."""
        found = self._attributes.get(name)
        if found is None:
            lines = self._attribute_lines.get(name, [])
            found = self._gathered(self.codes[self.module.node], lambda code: code.attributes.get(name, []), lines)
            self._attributes[name] = found
        return found

    @cached_property
    def _attribute_lines(self) -> dict[str, list[int]]:
        """Spelling of an attribute → the lines that it stands on, sorted."""
        lines: dict[str, list[int]] = defaultdict(list)
        for node in self.survey.by_type.get("Attribute", ()):
            assert isinstance(node, ast.Attribute)
            lines[node.attr].append(node.lineno)
        return {name: sorted(found) for name, found in lines.items()}

    @cached_property
    def stored(self) -> frozenset[str]:
        """Attributes that are assigned or deleted somewhere in the file."""
        nodes: list[ast.Attribute] = self.survey.by_type.get("Attribute", [])  # type: ignore[assignment]
        return frozenset(node.attr for node in nodes if node.ctx.__class__ is not ast.Load)

    def _code_around(self, scope: Scope) -> Code:
        """The code that a scope is part of."""
        while (code := self.codes.get(scope.node)) is None:
            assert scope.parent is not None
            scope = scope.parent
        return code

    def _gathered(self, code: Code, table: Callable[[Code], list[Place]], lines: list[int]) -> list[Place]:
        """What a table of some code and of the functions in it has, of those functions that have one of the lines."""
        own = table(code)
        inside = list(_with_lines(code.functions, lines))
        if not inside:
            return own
        found: list[Place] = []
        place = 0
        for function in inside:
            # The statements before a definition are read before what is in it, in whatever order within each.
            first = function.body[0]
            start = first.lineno, first.col_offset
            while place < len(own) and (own[place].lineno, own[place].col_offset) < start:
                found.append(own[place])
                place += 1
            self.opened_by(function)
            found += self._gathered(self.codes[function], table, lines)
        return found + own[place:]

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


def _with_lines(functions: Sequence[Definition], lines: Sequence[int]) -> Iterator[Definition]:
    """The functions in which one of several lines stands; both in order, no function within another."""
    at = 0
    for line in lines:
        if at and line <= (functions[at - 1].end_lineno or 0):
            continue
        at = bisect_left(functions, line, at, key=lambda each: each.end_lineno or 0)
        if at == len(functions):
            return
        if functions[at].lineno <= line:
            yield functions[at]
            at += 1


def comprehension_elements(node: Comprehension) -> Iterator[ast.expr]:
    """What a comprehension yields: its element, or key and value."""
    if isinstance(node, ast.DictComp):
        yield node.key
        yield node.value
    else:
        yield node.elt
