"""What types an expression may have: by its form, along names, calls and the script's own functions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from greenrules.engine.annotations import annotated_types
from greenrules.engine.answer import YES, Answer, no, unknown
from greenrules.engine.binding_types import bound_types
from greenrules.engine.callees import UNKNOWN_RECEIVER
from greenrules.engine.members import (
    attribute_types,
    declared_value,
    element_types,
    indexed_types,
    method_types,
    spec_types,
)
from greenrules.engine.operators import binary_types, comparison_types, unary_types
from greenrules.engine.scopes import Binding
from greenrules.engine.tree import falls_through
from greenrules.engine.typespec import BUILTIN_RETURNS, NEVER, Type, Types, builtin, is_subclass, join, parse_spec

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

#: steps of one question before it is given up
_BUDGET = 1000
_DEPTH = 80
_ROUNDS = 6
_MANY = 12
#: what an assumption is about: bindings that reach a name, a function, an attribute of a class
Subject = tuple[Binding, ...] | ast.AST | tuple[ast.AST, str]


class Inference:
    """Answers questions about the types of one file's expressions.

    What bindings, operators and members of a type give asks it in turn; here is what keeps that from going in circles
    and for ever.
    """

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._known: dict[ast.expr, Types] = {}
        #: what is assumed of the values that are being worked out, by the bindings they come from
        self._assumed: dict[Subject, Types] = {}
        self._touched: set[Subject] = set()
        self._steps = 0
        self._depth = 0
        self._cut = False

    def types(self, expr: ast.expr) -> Types:
        """The types an expression may have, or None when they are not known."""
        if expr in self._known:
            return self._known[expr]
        root = self._depth == 0
        if root:
            self._steps, self._cut = 0, False
        self._steps += 1
        if self._steps > _BUDGET:
            # A knot of names that depend on one another: not known, and not to be asked again.
            self._known[expr] = None
            return None
        if self._depth > _DEPTH:
            self._cut = True
            return None
        self._depth += 1
        try:
            found = self._infer(expr)
        finally:
            self._depth -= 1
        if found is not None and len(found) > _MANY:
            found = None
        # What rests on an assumption, or on a question given up, may come out better another time.
        if root or not (self._touched or self._cut):
            found = found or None
            self._known[expr] = found
        return found

    def binding(self, binding: Binding) -> Types:
        """The types of what a binding binds."""
        return bound_types(self, binding)

    def cycle(self, key: Subject, compute: Callable[[], Types]) -> Types:
        """A value that may depend on itself: assume no type at first, then what came out, until nothing changes."""
        if key in self._assumed:
            self._touched.add(key)
            return self._assumed[key]
        self._assumed[key] = NEVER
        try:
            for _ in range(_ROUNDS):
                self._touched.discard(key)
                found = compute()
                if key not in self._touched or found is None or found == self._assumed[key]:
                    return found
                self._assumed[key] = join([found, self._assumed[key]])
            return None
        finally:
            del self._assumed[key]
            self._touched.discard(key)

    def _infer(self, expr: ast.expr) -> Types:
        match expr:
            case ast.Constant():
                return builtin(type(expr.value).__name__)
            case ast.JoinedStr():
                return builtin("str")
            case ast.Name():
                return self._name(expr)
            case ast.Attribute():
                return self._attribute(expr)
            case ast.Call():
                return self._call(expr)
            case ast.Tuple():
                starred = any(isinstance(element, ast.Starred) for element in expr.elts)
                items = None if starred else tuple(self.types(element) for element in expr.elts)
                return builtin("tuple", join(items) if items else None, items)
            case ast.List() | ast.Set():
                starred = any(isinstance(element, ast.Starred) for element in expr.elts)
                element = None if starred or not expr.elts else join(self.types(e) for e in expr.elts)
                return builtin("list" if isinstance(expr, ast.List) else "set", element)
            case ast.Dict():
                return builtin("dict", join(self.types(key) for key in expr.keys if key) or None)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                name = {ast.ListComp: "list", ast.SetComp: "set"}.get(type(expr), "generator")
                return builtin(name, self.types(expr.elt))
            case ast.DictComp():
                return builtin("dict", self.types(expr.key))
            case ast.IfExp():
                return join([self.types(expr.body), self.types(expr.orelse)])
            case ast.BoolOp():
                return join(self.types(value) for value in expr.values)
            case ast.NamedExpr():
                return self.types(expr.value)
            case ast.BinOp():
                return binary_types(self, expr.left, expr.op, expr.right)
            case ast.UnaryOp():
                return unary_types(self, expr)
            case ast.Compare():
                return comparison_types(self, expr)
            case ast.Subscript():
                return self._subscript(expr)
            case ast.Lambda():
                return builtin("function")
        return None

    def _name(self, node: ast.Name) -> Types:
        resolved = self.facts.resolve(node)
        if resolved.name is not None:
            return declared_value(self, resolved.name) if resolved.certain else None
        if not resolved.certain:
            return None
        return self.reaching(node)

    def reaching(self, node: ast.Name) -> Types:
        """The types of what a name may hold at a place, from the bindings that reach it."""
        definitions = self.facts.flow.definitions(node)
        if not definitions.bindings or definitions.many:
            return None
        return self.cycle(
            definitions.bindings, lambda: join(bound_types(self, binding) for binding in definitions.bindings)
        )

    def _attribute(self, node: ast.Attribute) -> Types:
        resolved = self.facts.resolve(node)
        if resolved.name is not None:
            return declared_value(self, resolved.name) if resolved.certain else None
        types = self.types(node.value)
        return None if types is None else join(attribute_types(self, kind, node.attr) for kind in types)

    def _call(self, call: ast.Call) -> Types:
        resolved = self.facts.resolve(call.func)
        if resolved.name is not None:
            return self._function(resolved.name, call) if resolved.certain else None
        if not resolved.certain:
            return None
        if (local := self.facts.classes.local_class(call.func)) is not None:
            return frozenset([Type(local.name, local=local)])
        if (definition := self.facts.classes.local_function(call.func)) is not None:
            return self.returned(definition)
        if isinstance(call.func, ast.Attribute):
            types = self.types(call.func.value)
            if types is None:
                return self._unknown_method(call.func.attr, call)
            attribute = call.func.attr
            return join(method_types(self, kind, attribute, call, None) for kind in types)
        return None

    def _function(self, name: str, call: ast.Call) -> Types:
        for shape, spec in self.facts.knowledge.return_table.find(name, called=True):
            if self.facts.fits(shape, call):
                return spec_types(self, parse_spec(spec), None, call, shape)
        plain = name.removeprefix("builtins.")
        if plain != name:
            return self._builtin(plain, call)
        last = name.rpartition(".")[2]
        is_class = last[:1].isupper() or name in self.facts.knowledge.bases or name in self.facts.knowledge.attributes
        return frozenset([Type(name)]) if is_class and "." in name else None

    def _builtin(self, name: str, call: ast.Call) -> Types:
        if returned := BUILTIN_RETURNS.get(name):
            return builtin(returned)
        first = call.args[0] if call.args and not isinstance(call.args[0], ast.Starred) else None
        match name:
            case "enumerate":
                item = (builtin("int"), element_types(self, first, ()))
                return builtin("enumerate", builtin("tuple", None, item))
            case "zip":
                if any(isinstance(arg, ast.Starred) for arg in call.args):
                    return builtin("zip")
                return builtin("zip", builtin("tuple", None, tuple(element_types(self, arg, ()) for arg in call.args)))
            case "range":
                return builtin("range", builtin("int"))
            case "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed":
                return builtin("list" if name == "sorted" else name, element_types(self, first, ()))
            case "open":
                return frozenset([Type("io.IOBase")])
        return builtin(name) if isinstance(getattr(builtins, name, None), type) and name != "type" else None

    def _unknown_method(self, attribute: str, call: ast.Call) -> Types:
        name = f"{UNKNOWN_RECEIVER}.{attribute}"
        for shape, spec in self.facts.knowledge.return_table.find(name, called=True):
            if self.facts.fits(shape, call):
                return spec_types(self, parse_spec(spec), None, call, shape)
        return None

    def returned(self, definition: ast.FunctionDef | ast.AsyncFunctionDef) -> Types:
        """The types a function of the script may return."""
        if isinstance(definition, ast.AsyncFunctionDef) or definition.decorator_list:
            return None
        scopes = self.facts.scopes
        scopes.opened_by(definition)
        if definition in scopes.yields:
            return None
        if definition.returns is not None and (declared := annotated_types(self.facts, definition.returns)) is not None:
            return declared
        returns = scopes.returns.get(definition, [])

        def values() -> Iterator[Types]:
            for statement in returns:
                yield builtin("NoneType") if statement.value is None else self.types(statement.value)
            if falls_through(definition.body):
                yield builtin("NoneType")

        return self.cycle(definition, lambda: join(values()))

    def _subscript(self, expr: ast.Subscript) -> Types:
        types = self.types(expr.value)
        return None if types is None else join(indexed_types(self, kind, expr) for kind in types)

    def is_type(self, expr: ast.expr, qualified: str) -> Answer:
        """Whether an expression is of a type, subclasses included."""
        types = self.types(expr)
        if types is None:
            return unknown(f"the type of {ast.unparse(expr)} is not known")
        # Where they agree, the first gives the reason: the same one in every run.
        return _agree([self._is(kind, qualified) for kind in sorted(types, key=attrgetter("name"))])

    def _is(self, kind: Type, qualified: str) -> Answer:
        if kind.local is not None:
            return self.facts.classes.local_subclass(kind.local, qualified)
        knowledge = self.facts.knowledge
        if qualified in knowledge.ancestors(kind.name):
            return YES
        builtin_answer = is_subclass(kind.name, qualified)
        if builtin_answer is not None:
            return YES if builtin_answer else no(f"it is {kind.name}")
        if kind.name in knowledge.bases or kind.name in self.facts.declared_types:
            return no(f"it is {kind.name}")
        return unknown(f"it is {kind.name}, whose bases are not known")


def _agree(answers: list[Answer]) -> Answer:
    values = {answer.value for answer in answers}
    if len(values) == 1:
        return answers[0]
    return unknown("it may be one of several types")
