"""Finds the scopes of a file and every binding in them: one pass over the module, one over each function asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from greenrules.engine.children import CHILDREN, Survey, children
from greenrules.engine.newer import TYPE_ALIAS
from greenrules.engine.scopes import (
    Binding,
    BindingKind,
    Code,
    Comprehension,
    Definition,
    Scope,
    ScopeKind,
    Scopes,
    comprehension_elements,
)

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: expressions that open a scope, bind names, or hand control back
_OF_THEIR_OWN = frozenset({*_COMPREHENSIONS, ast.Lambda, ast.NamedExpr, ast.Yield, ast.YieldFrom})
#: node type → fields with nodes, the last one first; of nodes that say nothing of scopes themselves
_BACKWARD = {kind: fields[::-1] for kind, fields in CHILDREN.items() if kind not in _OF_THEIR_OWN}
#: calls that run a generator expression to its end, or drop it
_CONSUMERS = frozenset(
    {"sum", "min", "max", "any", "all", "sorted", "list", "tuple", "set", "frozenset", "dict", "join"}
)
#: what a function may bind on one line, so that bindings in other functions keep their order while it is not read
_ROOM = 20


def read_scopes(survey: Survey, tree: ast.Module, named: Callable[[str], Sequence[ast.Name]]) -> Scopes:
    """The scopes of a module and every binding in them.

    Args:
        survey: the nodes of the module.
        tree: the module.
        named: every Name of one spelling.
    """
    scopes = Scopes(Scope("module", tree, None), survey, named, _read)
    scopes.inner[tree] = scopes.module
    reader = _Reader(scopes, tree, 0)
    # Where functions bind names of others, nothing is known of a name until all have been read.
    reader.whole = not survey.by_type.keys().isdisjoint(("Global", "Nonlocal"))
    reader.block(tree.body, scopes.module)
    reader.finish()
    return scopes


def _read(scopes: Scopes, node: Definition, scope: Scope) -> None:
    """Read the body of a function that is defined in a scope."""
    reader = _Reader(scopes, node, scopes.by_node[node].order + 1)
    reader.body(node, scope)


class _Reader:
    """The pass. Statements nest at most a hundred deep and are visited recursively, expressions with a stack.

    Args:
        scopes: what it fills.
        node: the module or function that is read.
        order: of the first binding.
    """

    def __init__(self, scopes: Scopes, node: ast.AST, order: int) -> None:
        self.scopes = scopes
        self.code = scopes.codes[node] = Code()
        self.order = order
        self.whole = False
        self.nonlocals: list[tuple[Binding, Scope]] = []

    def finish(self) -> None:
        """Hand bindings declared ``nonlocal`` to the function scope they belong to."""
        for binding, scope in self.nonlocals:
            current = scope.parent
            while current is not None and not (
                current.kind in ("function", "lambda")
                and binding.name in current.bindings
                and current.declared.get(binding.name) is None
            ):
                current = current.parent
            binding.scope = current or scope
            binding.scope.bindings.setdefault(binding.name, []).append(binding)

    def bind(
        self,
        name: str,
        kind: BindingKind,
        node: ast.AST,
        scope: Scope,
        value: ast.expr | None = None,
        path: tuple[int, ...] = (),
        annotation: ast.expr | None = None,
    ) -> None:
        owner = scope
        if kind == "walrus":
            while owner.kind == "comprehension" and owner.parent is not None:
                owner = owner.parent
        binding = Binding(name, kind, node, owner, owner.frame, value, path, annotation, self.order)
        self.order += 1
        self.code.bound.append(binding)
        self.scopes.by_node.setdefault(node, binding)
        if owner.declared and (declared := owner.declared.get(name)) is not None:
            if declared == "nonlocal":
                self.nonlocals.append((binding, owner))
                return
            binding.scope = owner = self.scopes.module
        held = owner.bindings.get(name)
        if held is None:
            owner.bindings[name] = [binding]
        else:
            held.append(binding)

    def block(self, body: Iterable[ast.stmt], scope: Scope) -> None:
        for statement in body:
            visit = _STATEMENTS.get(statement.__class__)
            if visit is not None:
                visit(self, statement, scope)
            else:
                for child in children(statement):
                    if isinstance(child, ast.expr):
                        self.expression(child, scope)

    def ranged(self, node: ast.AST, part: str, start: int) -> None:
        bound = self.code.bound
        self.scopes.ranges[node, part] = (bound, start, len(bound))

    # statements

    def alone(self, node: ast.Expr, scope: Scope) -> None:
        if node.value.__class__ is not ast.Constant:
            self.expression(node.value, scope)

    def assign(self, node: ast.Assign, scope: Scope) -> None:
        self.expression(node.value, scope)
        for target in node.targets:
            self.target(target, "assign", scope, node.value)

    def augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        self.expression(node.value, scope)
        if isinstance(node.target, ast.Name):
            self.load(node.target, scope)
        self.target(node.target, "augmented", scope, None)

    def annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        self.expression(node.annotation, scope)
        if node.value is not None:
            self.expression(node.value, scope)
        if isinstance(node.target, ast.Name):
            kind: BindingKind = "annotated" if node.value is not None else "declared"
            self.scopes.of_name[node.target] = scope
            self.bind(node.target.id, kind, node.target, scope, node.value, (), node.annotation)
        else:
            self.expression(node.target, scope)

    def delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            self.target(target, "delete", scope, None)

    def loop(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self.expression(node.iter, scope)
        start = len(self.code.bound)
        self.target(node.target, "for", scope, node.iter)
        self.block(node.body, scope)
        self.ranged(node, "body", start)
        self.block(node.orelse, scope)

    def while_(self, node: ast.While, scope: Scope) -> None:
        start = len(self.code.bound)
        self.expression(node.test, scope)
        self.block(node.body, scope)
        self.ranged(node, "body", start)
        self.block(node.orelse, scope)

    def if_(self, node: ast.If, scope: Scope) -> None:
        # A chain of elif nests as deep as it is long.
        while True:
            self.expression(node.test, scope)
            self.block(node.body, scope)
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            self.block(node.orelse, scope)
            return

    def with_(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        start = len(self.code.bound)
        for item in node.items:
            self.expression(item.context_expr, scope)
            if item.optional_vars is not None:
                self.target(item.optional_vars, "with", scope, item.context_expr)
        self.block(node.body, scope)
        self.ranged(node, "body", start)

    def try_(self, node: ast.Try, scope: Scope) -> None:
        start = len(self.code.bound)
        self.block(node.body, scope)
        self.ranged(node, "body", start)
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type, scope)
            if handler.name:
                self.bind(handler.name, "except", handler, scope)
            self.block(handler.body, scope)
        self.block(node.orelse, scope)
        self.ranged(node, "tried", start)
        start = len(self.code.bound)
        self.block(node.finalbody, scope)
        self.ranged(node, "final", start)

    def match(self, node: ast.Match, scope: Scope) -> None:
        self.expression(node.subject, scope)
        for case in node.cases:
            start = len(self.code.bound)
            for inner in ast.walk(case.pattern):
                if isinstance(inner, ast.expr):
                    if isinstance(inner, ast.Name):
                        self.load(inner, scope)
                elif name := getattr(inner, "name", None) or getattr(inner, "rest", None):
                    whole = isinstance(inner, ast.MatchAs) and inner is case.pattern and inner.pattern is None
                    self.bind(name, "match", inner, scope, node.subject if whole else None)
            self.ranged(case, "pattern", start)
            if case.guard is not None:
                self.expression(case.guard, scope)
            self.block(case.body, scope)

    def import_(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            self.bind(alias.asname or alias.name.partition(".")[0], "import", alias, scope)

    def import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(node)
            else:
                self.bind(alias.asname or alias.name, "import", alias, scope)

    def declare(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        word = "global" if isinstance(node, ast.Global) else "nonlocal"
        for name in node.names:
            if scope.kind != "module":
                scope.declared[name] = word

    def define(self, node: Definition, scope: Scope) -> None:
        for decorator in node.decorator_list:
            self.expression(decorator, scope)
        self.defaults(node.args, scope)
        if node.returns is not None:
            self.expression(node.returns, scope)
        self.bind(node.name, "def", node, scope)
        if self.whole:
            self.body(node, scope)
        else:
            self.scopes.unread[node] = scope
            self.code.functions.append(node)
            self.order += ((node.end_lineno or 0) - node.lineno + 1) << _ROOM

    def body(self, node: Definition, scope: Scope) -> None:
        """What a function does when it is called."""
        inner = self.opened(node, node.args, scope, "function")
        self.type_parameters(node, inner)
        self.block(node.body, inner)

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        for part in node.decorator_list:
            self.expression(part, scope)
        outer = self.parameterized(node, scope)
        for part in (*node.bases, *(keyword.value for keyword in node.keywords)):
            self.expression(part, outer)
        inner = Scope("class", node, outer)
        self.scopes.inner[node] = inner
        self.block(node.body, inner)
        self.bind(node.name, "class", node, scope)

    def parameterized(self, node: ast.AST, scope: Scope) -> Scope:
        """The scope around a class or a type alias: of its type parameters, where it has some."""
        if not getattr(node, "type_params", ()):
            return scope
        outer = Scope("comprehension", node, scope)
        self.type_parameters(node, outer)
        return outer

    def type_parameters(self, node: ast.AST, scope: Scope) -> None:
        for parameter in getattr(node, "type_params", ()):
            self.bind(parameter.name, "type", parameter, scope)
            for part in (getattr(parameter, "bound", None), getattr(parameter, "default_value", None)):
                if part is not None:
                    self.expression(part, scope)

    def return_(self, node: ast.Return, scope: Scope) -> None:
        if node.value is not None:
            self.expression(node.value, scope)
        self.scopes.returns.setdefault(scope.frame.node, []).append(node)

    def defaults(self, args: ast.arguments, scope: Scope) -> None:
        """What is evaluated when a function is defined: defaults and annotations belong to the scope around it."""
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None:
                self.expression(default, scope)
        for arg in _parameters(args):
            if arg.annotation is not None:
                self.expression(arg.annotation, scope)

    def opened(self, node: ast.AST, args: ast.arguments, scope: Scope, kind: ScopeKind) -> Scope:
        """Open a function's scope, which has its parameters."""
        inner = self.scopes.inner[node] = Scope(kind, node, scope)
        for arg in _parameters(args):
            self.bind(arg.arg, "parameter", arg, inner, annotation=arg.annotation)
        return inner

    # expressions

    def load(self, node: ast.Name, scope: Scope) -> None:
        self.scopes.of_name[node] = scope
        self.code.loads[node.id].append(node)

    def target(
        self, node: ast.expr, kind: BindingKind, scope: Scope, value: ast.expr | None, path: tuple[int, ...] = ()
    ) -> None:
        """Bind what an assignment's left side names."""
        if isinstance(node, ast.Name):
            self.scopes.of_name[node] = scope
            self.bind(node.id, kind, node, scope, value, path)
        elif isinstance(node, (ast.Tuple, ast.List)):
            starred = False
            for index, element in enumerate(node.elts):
                if isinstance(element, ast.Starred):
                    starred = True
                    self.target(element.value, kind, scope, value, (*path, -1))
                else:
                    # What follows a starred element is counted from the end, which no path expresses.
                    self.target(element, kind, scope, None if starred else value, () if starred else (*path, index))
        elif isinstance(node, ast.Starred):
            self.target(node.value, kind, scope, value, (*path, -1))
        else:
            self.expression(node, scope)

    def expression(self, root: ast.expr, scope: Scope) -> None:
        of_name, loads, attributes = self.scopes.of_name, self.code.loads, self.code.attributes
        stack: list[Any] = [root]
        pop = stack.pop
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                of_name[node] = scope
                loads[node.id].append(node)
                continue
            if kind is ast.Attribute:
                attributes[node.attr].append(node)
                stack.append(node.value)
                continue
            fields = _BACKWARD.get(kind)
            if fields is None:
                self.special(node, scope, stack)
                continue
            for name in fields:
                value = getattr(node, name, None)
                if value.__class__ is list:
                    stack += value[::-1]
                elif value is not None:
                    stack.append(value)

    def special(self, node: ast.expr, scope: Scope, stack: list[Any]) -> None:
        """An expression that opens a scope, binds a name, or hands control back."""
        if isinstance(node, _COMPREHENSIONS):
            self.comprehension(node, scope)
            if isinstance(node, ast.GeneratorExp) and not self.run_at_once(node):
                self.scopes.lazy.add(self.scopes.inner[node])
        elif isinstance(node, ast.Lambda):
            self.defaults(node.args, scope)
            self.expression(node.body, self.opened(node, node.args, scope, "lambda"))
        elif isinstance(node, ast.NamedExpr):
            self.expression(node.value, scope)
            self.target(node.target, "walrus", scope, node.value)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.scopes.yields.add(scope.frame.node)
            stack += reversed(children(node))

    def run_at_once(self, node: ast.GeneratorExp) -> bool:
        """Whether a generator expression is given to a call that certainly runs through it before it returns."""
        call = self.scopes.survey.parents[node]
        if not isinstance(call, ast.Call) or node not in call.args:
            return False
        return (getattr(call.func, "id", None) or getattr(call.func, "attr", None)) in _CONSUMERS

    def comprehension(self, node: Comprehension, scope: Scope) -> None:
        inner = Scope("comprehension", node, scope)
        self.scopes.inner[node] = inner
        start = len(self.code.bound)
        for index, generator in enumerate(node.generators):
            self.expression(generator.iter, inner if index else scope)
            self.target(generator.target, "comprehension", inner, generator.iter)
            for test in generator.ifs:
                self.expression(test, inner)
        for element in comprehension_elements(node):
            self.expression(element, inner)
        self.ranged(node, "body", start)


def _parameters(args: ast.arguments) -> Iterator[ast.arg]:
    yield from (*args.posonlyargs, *args.args)
    if args.vararg:
        yield args.vararg
    yield from args.kwonlyargs
    if args.kwarg:
        yield args.kwarg


def _type_alias(reader: _Reader, node: ast.AST, scope: Scope) -> None:
    reader.expression(node.value, reader.parameterized(node, scope))  # type: ignore[attr-defined]
    reader.target(node.name, "type", scope, None)  # type: ignore[attr-defined]


_STATEMENTS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Expr: _Reader.alone,
    ast.Assign: _Reader.assign,
    ast.AugAssign: _Reader.augmented,
    ast.AnnAssign: _Reader.annotated,
    ast.Delete: _Reader.delete,
    ast.For: _Reader.loop,
    ast.AsyncFor: _Reader.loop,
    ast.While: _Reader.while_,
    ast.If: _Reader.if_,
    ast.With: _Reader.with_,
    ast.AsyncWith: _Reader.with_,
    ast.Try: _Reader.try_,
    ast.TryStar: _Reader.try_,
    ast.Match: _Reader.match,
    ast.Import: _Reader.import_,
    ast.ImportFrom: _Reader.import_from,
    ast.Global: _Reader.declare,
    ast.Nonlocal: _Reader.declare,
    ast.FunctionDef: _Reader.define,
    ast.AsyncFunctionDef: _Reader.define,
    ast.ClassDef: _Reader.class_,
    ast.Return: _Reader.return_,
    TYPE_ALIAS: _type_alias,
}
