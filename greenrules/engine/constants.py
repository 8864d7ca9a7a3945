"""Values known without running the script: literals, and names assigned once to them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greenrules.engine.flow import Definitions
from greenrules.engine.scopes import Binding

#: values longer than this (characters, elements, bits) are not worked out
_SIZE = 10_000
_DEPTH = 60

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that an expression is known to have; a wrapper, because None is a value too."""

    value: Any


class Constants:
    """Works out constants of one file.

    Args:
        definitions: the bindings that reach a name.
        unchanged: whether the object that a binding binds has certainly not been changed when a name reads it.
        is_dict: whether a name is certainly the builtin ``dict``.
    """

    def __init__(
        self,
        definitions: Callable[[ast.Name], Definitions],
        unchanged: Callable[[Binding, ast.Name], bool],
        is_dict: Callable[[ast.expr], bool],
    ) -> None:
        self._definitions = definitions
        self._unchanged = unchanged
        self._is_dict = is_dict
        self._known: dict[ast.expr, Constant | None] = {}

    def constant(self, expr: ast.expr, depth: int = 0) -> Constant | None:
        """The value of an expression, or None when it is not known."""
        if expr in self._known:
            return self._known[expr]
        if depth > _DEPTH:
            return None
        # Until it is known otherwise: a name that depends on itself has no known value.
        self._known[expr] = None
        try:
            found = self._evaluate(expr, depth + 1)
        except (_NotConstant, ArithmeticError, TypeError, ValueError, LookupError):
            found = None
        self._known[expr] = found
        return found

    def _value(self, expr: ast.expr, depth: int) -> Any:
        found = self.constant(expr, depth)
        if found is None:
            raise _NotConstant
        return found.value

    def _evaluate(self, expr: ast.expr, depth: int) -> Constant | None:
        match expr:
            case ast.Constant():
                return Constant(expr.value)
            case ast.Name(ctx=ast.Load()):
                return self._name(expr, depth)
            case ast.Tuple():
                return Constant(tuple(self._elements(expr.elts, depth)))
            case ast.List():
                return Constant(self._elements(expr.elts, depth))
            case ast.Set():
                return Constant(set(self._elements(expr.elts, depth)))
            case ast.Dict():
                return Constant(self._dict(expr, depth))
            case ast.Call(func=ast.Name(id="dict"), args=[]) if self._is_dict(expr.func):
                return Constant(self._keywords(expr, depth))
            case ast.UnaryOp():
                return Constant(_UNARY[type(expr.op)](self._value(expr.operand, depth)))
            case ast.BinOp():
                return self._binary(expr, depth)
            case ast.Subscript(ctx=ast.Load()):
                return Constant(self._value(expr.value, depth)[self._index(expr.slice, depth)])
            case ast.IfExp():
                chosen = expr.body if self._value(expr.test, depth) else expr.orelse
                return Constant(self._value(chosen, depth))
        return None

    def _elements(self, nodes: list[ast.expr], depth: int) -> list[Any]:
        values: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                values.extend(self._value(node.value, depth))
            else:
                values.append(self._value(node, depth))
        return values

    def _dict(self, expr: ast.Dict, depth: int) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        for key, value in zip(expr.keys, expr.values, strict=True):
            if key is None:
                values.update(self._value(value, depth))
            else:
                values[self._value(key, depth)] = self._value(value, depth)
        return values

    def _keywords(self, call: ast.Call, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for keyword in call.keywords:
            value = self._value(keyword.value, depth)
            more = value if keyword.arg is None else {keyword.arg: value}
            if not isinstance(more, dict) or values.keys() & more.keys():
                raise _NotConstant
            values.update(more)
        return values

    def _index(self, node: ast.expr, depth: int) -> Any:
        if not isinstance(node, ast.Slice):
            return self._value(node, depth)
        parts = [None if part is None else self._value(part, depth) for part in (node.lower, node.upper, node.step)]
        return slice(*parts)

    def _binary(self, expr: ast.BinOp, depth: int) -> Constant | None:
        # A long sum leans to the left as deep as it is long.
        operands: list[tuple[type[ast.operator], ast.expr]] = []
        left: ast.expr = expr
        while isinstance(left, ast.BinOp) and (left is expr or left not in self._known):
            operands.append((type(left.op), left.right))
            left = left.left
        value = self._value(left, depth)
        for operation, right in reversed(operands):
            other = self._value(right, depth)
            if not _affordable(operation, value, other):
                return None
            value = _BINARY[operation](value, other)
        return Constant(value)

    def _name(self, node: ast.Name, depth: int) -> Constant | None:
        definitions = self._definitions(node)
        binding = definitions.only
        if binding is None or binding.value is None or binding.kind not in ("assign", "annotated", "walrus"):
            return None
        if -1 in binding.path:
            return None
        value = self._value(binding.value, depth)
        for index in binding.path:
            value = value[index]
        if isinstance(value, (list, dict, set)) and not self._unchanged(binding, node):
            return None
        return Constant(value)


class _NotConstant(Exception):
    """A part of the expression has no known value."""


def _affordable(operation: type[ast.operator], left: Any, right: Any) -> bool:
    """Whether an operation on constants gives a value of reasonable size."""
    if operation in (ast.Pow, ast.LShift):
        return (
            isinstance(left, (int, float)) and isinstance(right, (int, float)) and abs(right) < 1000 and abs(left) < 1e9
        )
    if operation is ast.Mod and isinstance(left, (str, bytes)):
        return False
    if operation in (ast.Mult, ast.Add):
        sizes = [len(value) if hasattr(value, "__len__") else None for value in (left, right)]
        if operation is ast.Mult and None in sizes and sizes != [None, None]:
            count = right if sizes[1] is None else left
            length = sizes[0] if sizes[0] is not None else sizes[1]
            return isinstance(count, int) and (length or 0) * max(count, 0) <= _SIZE
        return sum(size or 0 for size in sizes) <= _SIZE
    return True
