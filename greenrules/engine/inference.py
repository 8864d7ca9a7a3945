"""What types an expression may have: along assignments, unpacking, local functions and attributes of self."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from greenrules.engine.annotations import annotated_types
from greenrules.engine.answer import YES, Answer, no, unknown
from greenrules.engine.callees import UNKNOWN_RECEIVER, CallShape, fits_index
from greenrules.engine.operators import COMPARISONS, OPERATORS, arithmetic
from greenrules.engine.scopes import Binding
from greenrules.engine.tree import falls_through
from greenrules.engine.typespec import (
    BUILTIN_METHODS,
    BUILTIN_RETURNS,
    NEVER,
    Spec,
    Type,
    Types,
    builtin,
    is_subclass,
    join,
    parse_spec,
)

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
    """Answers questions about the types of one file's expressions."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
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

    def _cycle(self, key: Subject, compute: Callable[[], Types]) -> Types:
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
                return self._binary(expr.left, expr.op, expr.right)
            case ast.UnaryOp():
                return self._unary(expr)
            case ast.Compare():
                return self._compare(expr)
            case ast.Subscript():
                return self._subscript(expr)
            case ast.Lambda():
                return builtin("function")
        return None

    # names

    def _name(self, node: ast.Name) -> Types:
        resolved = self._facts.resolve(node)
        if resolved.name is not None:
            return self._declared_value(resolved.name) if resolved.certain else None
        if not resolved.certain:
            return None
        definitions = self._facts.flow.definitions(node)
        if not definitions.bindings or definitions.many:
            return None
        return self._cycle(
            definitions.bindings, lambda: join(self.binding(binding) for binding in definitions.bindings)
        )

    def _declared_value(self, name: str) -> Types:
        for _, spec in self._facts.knowledge.return_table.find(name, called=False):
            return self._build(parse_spec(spec), None, None, None)
        return None

    def binding(self, binding: Binding) -> Types:
        """The types of what a binding binds."""
        if (
            binding.annotation is not None
            and (annotated := annotated_types(self._facts, binding.annotation)) is not None
        ):
            arg = self._facts.parent(binding.node)
            special = isinstance(arg, ast.arguments) and binding.node in (arg.vararg, arg.kwarg)
            return None if special else annotated
        match binding.kind:
            case "assign" | "annotated" | "walrus":
                return self._reach(binding.value, binding.path)
            case "for" | "comprehension":
                return self._element(binding.value, binding.path)
            case "with":
                return self._entered(binding)
            case "parameter":
                return self._parameter(binding)
            case "augmented":
                statement = self._facts.parent(binding.node)
                if isinstance(statement, ast.AugAssign):
                    return self._binary(statement.target, statement.op, statement.value)
            case "match":
                return self.types(binding.value) if binding.value is not None else None
            case "except":
                return self._caught(binding.node)
        return None

    def _reach(self, value: ast.expr | None, path: tuple[int, ...]) -> Types:
        """The type of a part of a value, by unpacking."""
        while path and isinstance(value, (ast.Tuple, ast.List)) and not _starred(value):
            if path[0] == -1 or path[0] >= len(value.elts):
                return None
            value, path = value.elts[path[0]], path[1:]
        return self._unpack(self.types(value), path) if value is not None else None

    def _unpack(self, types: Types, path: tuple[int, ...]) -> Types:
        for index in path:
            if types is None:
                return None
            if index == -1:
                return builtin("list")
            types = join(_item(kind, index) for kind in types)
        return types

    def _element(self, iterable: ast.expr | None, path: tuple[int, ...]) -> Types:
        if iterable is None:
            return None
        types = self.types(iterable)
        if types is None:
            return None
        return self._unpack(join(self._iterated(kind) for kind in types), path)

    def _iterated(self, kind: Type) -> Types:
        if kind.name in ("builtins.str", "builtins.bytes"):
            return builtin("str" if kind.name == "builtins.str" else "int")
        if kind.name.startswith("builtins.") or kind.element is not None:
            return kind.element
        return self._method(kind, "__iter__", None, None)

    def _entered(self, binding: Binding) -> Types:
        types = self.types(binding.value) if binding.value is not None else None
        if types is None:
            return None
        entered = (self._method(kind, "__enter__", None, None) or frozenset([kind]) for kind in types)
        return self._unpack(join(entered), binding.path)

    def _parameter(self, binding: Binding) -> Types:
        if (owner := self._facts.classes.receiver_class(binding)) is not None:
            return frozenset([Type(owner.name, local=owner)])
        return None

    def _caught(self, node: ast.AST) -> Types:
        kind = node.type if isinstance(node, ast.ExceptHandler) else None
        parts = kind.elts if isinstance(kind, ast.Tuple) else [kind]
        names = [self._facts.resolve(part).name if part is not None else None for part in parts]
        return frozenset(Type(name) for name in names if name) if all(names) else None

    # attributes, calls, operators

    def _attribute(self, node: ast.Attribute) -> Types:
        resolved = self._facts.resolve(node)
        if resolved.name is not None:
            return self._declared_value(resolved.name) if resolved.certain else None
        types = self.types(node.value)
        return None if types is None else join(self._member(kind, node.attr) for kind in types)

    def _member(self, kind: Type, attribute: str) -> Types:
        if kind.local is not None:
            values = self._facts.classes.attribute_values(kind.local, attribute)
            if values is None:
                return None
            return self._cycle((kind.local, attribute), lambda: join(self.types(value) for value in values))
        for name in self._facts.knowledge.ancestors(kind.name):
            for _, spec in self._facts.knowledge.return_table.find(f"{name}.{attribute}", called=False):
                return self._build(parse_spec(spec), kind, None, None)
        return None

    def _call(self, call: ast.Call) -> Types:
        resolved = self._facts.resolve(call.func)
        if resolved.name is not None:
            return self._function(resolved.name, call) if resolved.certain else None
        if not resolved.certain:
            return None
        if (local := self._facts.classes.local_class(call.func)) is not None:
            return frozenset([Type(local.name, local=local)])
        if (definition := self._facts.classes.local_function(call.func)) is not None:
            return self.returned(definition)
        if isinstance(call.func, ast.Attribute):
            types = self.types(call.func.value)
            if types is None:
                return self._unknown_method(call.func.attr, call)
            attribute = call.func.attr
            return join(self._method(kind, attribute, call, None) for kind in types)
        return None

    def _function(self, name: str, call: ast.Call) -> Types:
        for shape, spec in self._facts.knowledge.return_table.find(name, called=True):
            if self._facts.fits(shape, call):
                return self._build(parse_spec(spec), None, call, shape)
        plain = name.removeprefix("builtins.")
        if plain != name:
            return self._builtin(plain, call)
        last = name.rpartition(".")[2]
        is_class = last[:1].isupper() or name in self._facts.knowledge.bases or name in self._facts.knowledge.attributes
        return frozenset([Type(name)]) if is_class and "." in name else None

    def _builtin(self, name: str, call: ast.Call) -> Types:
        if returned := BUILTIN_RETURNS.get(name):
            return builtin(returned)
        first = call.args[0] if call.args and not isinstance(call.args[0], ast.Starred) else None
        match name:
            case "enumerate":
                item = (builtin("int"), self._element(first, ()))
                return builtin("enumerate", builtin("tuple", None, item))
            case "zip":
                if any(isinstance(arg, ast.Starred) for arg in call.args):
                    return builtin("zip")
                return builtin("zip", builtin("tuple", None, tuple(self._element(arg, ()) for arg in call.args)))
            case "range":
                return builtin("range", builtin("int"))
            case "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed":
                return builtin("list" if name == "sorted" else name, self._element(first, ()))
            case "open":
                return frozenset([Type("io.IOBase")])
        return builtin(name) if isinstance(getattr(builtins, name, None), type) and name != "type" else None

    def _method(self, kind: Type, attribute: str, call: ast.Call | None, subscript: ast.Subscript | None) -> Types:
        """What a method of a type returns, an operator or subscript given as its special method."""
        if kind.local is not None:
            method = self._facts.classes.method(kind.local, attribute)
            return self.returned(method) if method is not None else None
        plain = kind.name.removeprefix("builtins.")
        if (spec := BUILTIN_METHODS.get(plain, {}).get(attribute)) and plain != kind.name:
            return self._build(parse_spec(spec), kind, call, None)
        for name in self._facts.knowledge.ancestors(kind.name):
            for shape, text in self._facts.knowledge.return_table.find(f"{name}.{attribute}", called=True):
                if (call is None or self._facts.fits(shape, call)) and fits_index(shape, subscript):
                    return self._build(parse_spec(text), kind, call, shape)
        return None

    def _unknown_method(self, attribute: str, call: ast.Call) -> Types:
        name = f"{UNKNOWN_RECEIVER}.{attribute}"
        for shape, spec in self._facts.knowledge.return_table.find(name, called=True):
            if self._facts.fits(shape, call):
                return self._build(parse_spec(spec), None, call, shape)
        return None

    def returned(self, definition: ast.FunctionDef | ast.AsyncFunctionDef) -> Types:
        """The types a function of the script may return."""
        scopes = self._facts.scopes
        if isinstance(definition, ast.AsyncFunctionDef) or definition in scopes.yields or definition.decorator_list:
            return None
        if (
            definition.returns is not None
            and (declared := annotated_types(self._facts, definition.returns)) is not None
        ):
            return declared
        returns = scopes.returns.get(definition, [])

        def values() -> Iterator[Types]:
            for statement in returns:
                yield builtin("NoneType") if statement.value is None else self.types(statement.value)
            if falls_through(definition.body):
                yield builtin("NoneType")

        return self._cycle(definition, lambda: join(values()))

    def _binary(self, left: ast.expr, op: ast.operator, right: ast.expr) -> Types:
        name = OPERATORS[type(op)]
        lefts, rights = self._operand(left), self.types(right)
        if lefts is None:
            return None
        if rights is not None and (known := arithmetic(lefts, op, rights)) is not None:
            return known
        special = join(self._method(kind, f"__{name}__", None, None) for kind in lefts)
        if special is not None or rights is None:
            return special
        return join(self._method(kind, f"__r{name}__", None, None) for kind in rights)

    def _operand(self, node: ast.expr) -> Types:
        # The target of ``x += 1`` is a Store, and read all the same.
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            definitions = self._facts.flow.definitions(node)
            bindings = () if definitions.many else definitions.bindings
            return (
                self._cycle(bindings, lambda: join(self.binding(binding) for binding in bindings)) if bindings else None
            )
        return self.types(node)

    def _unary(self, expr: ast.UnaryOp) -> Types:
        if isinstance(expr.op, ast.Not):
            return builtin("bool")
        types = self.types(expr.operand)
        if types is None or all(kind.name in ("builtins.int", "builtins.float") for kind in types):
            return types
        name = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}[type(expr.op)]
        return join(self._method(kind, f"__{name}__", None, None) for kind in types)

    def _compare(self, expr: ast.Compare) -> Types:
        if all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in expr.ops):
            return builtin("bool")
        sides = [self.types(side) for side in (expr.left, *expr.comparators)]
        if all(side is not None and all(k.name.startswith("builtins.") for k in side) for side in sides):
            return builtin("bool")
        name = COMPARISONS.get(type(expr.ops[0]))
        if len(expr.ops) > 1 or name is None or sides[0] is None:
            return None
        return join(self._method(kind, f"__{name}__", None, None) for kind in sides[0])

    def _subscript(self, expr: ast.Subscript) -> Types:
        types = self.types(expr.value)
        return None if types is None else join(self._indexed(kind, expr) for kind in types)

    def _indexed(self, kind: Type, expr: ast.Subscript) -> Types:
        sliced = isinstance(expr.slice, ast.Slice)
        if kind.name in ("builtins.str", "builtins.range") and sliced:
            return frozenset([kind])
        if kind.name == "builtins.str":
            return builtin("str")
        if kind.name in ("builtins.list", "builtins.tuple"):
            if sliced:
                return builtin(kind.name.removeprefix("builtins."), kind.element)
            index = expr.slice.value if isinstance(expr.slice, ast.Constant) else None
            if isinstance(index, int) and kind.items is not None:
                return _item(kind, index)
            return kind.element
        return self._method(kind, "__getitem__", None, expr)

    def _build(self, spec: Spec, receiver: Type | None, call: ast.Call | None, shape: CallShape | None) -> Types:
        match spec.kind:
            case "type":
                parts = tuple(self._build(part, receiver, call, shape) for part in spec.parts)
                if spec.name == "builtins.tuple":
                    return frozenset([Type(spec.name, parts or None, join(parts) if parts else None)])
                name = self._facts.knowledge.canonical(spec.name)
                return frozenset([Type(name, None, parts[0] if parts else None)])
            case "union":
                return join(self._build(part, receiver, call, shape) for part in spec.parts)
            case "self":
                return frozenset([receiver]) if receiver is not None else None
            case "argument":
                place = dict(shape.positions).get(spec.name) if shape is not None else None
                if place is None or call is None or place >= len(call.args) or _starred(call):
                    return None
                return self.types(call.args[place])
            case "twice":
                if call is None or _starred(call):
                    return None
                items = tuple(self.types(arg) for arg in call.args for _ in range(2))
                return builtin("list", None, items)
        return None

    def is_type(self, expr: ast.expr, qualified: str) -> Answer:
        """Whether an expression is of a type, subclasses included."""
        types = self.types(expr)
        if types is None:
            return unknown(f"the type of {ast.unparse(expr)} is not known")
        return _agree([self._is(kind, qualified) for kind in types])

    def _is(self, kind: Type, qualified: str) -> Answer:
        if kind.local is not None:
            return self._facts.classes.local_subclass(kind.local, qualified)
        knowledge = self._facts.knowledge
        if qualified in knowledge.ancestors(kind.name):
            return YES
        builtin_answer = is_subclass(kind.name, qualified)
        if builtin_answer is not None:
            return YES if builtin_answer else no(f"it is {kind.name}")
        if kind.name in knowledge.bases or kind.name in self._facts.declared_types:
            return no(f"it is {kind.name}")
        return unknown(f"it is {kind.name}, whose bases are not known")


def _agree(answers: list[Answer]) -> Answer:
    values = {answer.value for answer in answers}
    if len(values) == 1:
        return answers[0]
    return unknown("it may be one of several types")


def _item(kind: Type, index: int) -> Types:
    if kind.items is not None:
        return kind.items[index] if -len(kind.items) <= index < len(kind.items) else None
    return kind.element


def _starred(node: ast.Tuple | ast.List | ast.Call) -> bool:
    parts = node.args if isinstance(node, ast.Call) else node.elts
    return any(isinstance(part, ast.Starred) for part in parts)
