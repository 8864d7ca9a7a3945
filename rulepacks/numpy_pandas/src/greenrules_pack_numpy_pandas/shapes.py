"""How many axes arrays have, as far as the script shows: what decides whether arrays combine row by row."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

_DEPTH = 8
_OF_SHAPE = frozenset(f"numpy.{name}" for name in ("zeros", "ones", "empty", "full"))
_LIKE = frozenset(
    f"numpy.{name}"
    for name in (
        "zeros_like", "ones_like", "empty_like", "full_like", "copy", "asarray", "array", "ascontiguousarray", "sqrt",
        "exp", "log", "log1p", "abs", "sin", "cos", "tanh", "square", "clip", "round", "cumsum", "sort",
    )
)  # fmt: skip
_LINES = frozenset({"numpy.arange", "numpy.linspace", "numpy.logspace", "numpy.bincount", "numpy.unique"})
_SQUARES = frozenset({"numpy.eye", "numpy.identity"})
#: Methods of an array that keep its axes.
_KEEPING = frozenset({"copy", "astype", "round", "clip"})
#: Draws whose only argument by position is the shape, and those that take it as ``size`` alone or last.
_DRAWS_SHAPE = frozenset({"random", "standard_normal", "random_sample"})
_DRAWS = frozenset({"normal", "uniform", "gamma", "beta", "poisson", "exponential", "lognormal", "integers", "randint"})


def alike(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether arrays combine element by element where one row of each combines in a loop.

    Arguments: the array written, if any, then the formula of ``array[i]``.
    """
    *written, formula = arguments
    read = [node.value for node in ast.walk(formula) if isinstance(node, ast.Subscript)]
    arrays = [node for node in read if isinstance(node, ast.Name)]
    if not written and len({node.id for node in arrays}) == 1:
        return True
    ranks = {rank(node, facts) for node in [*written, *arrays]}
    if written and rank(written[0], facts) == 1:
        return True
    return None if None in ranks else len(ranks) == 1


def square_product(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a product of matrices is square: it begins with a matrix and ends with the same one transposed.

    Arguments: the left part of the product, the right part.
    """
    first, last = arguments
    while isinstance(first, ast.BinOp) and isinstance(first.op, ast.MatMult):
        first = first.left
    while isinstance(last, ast.BinOp) and isinstance(last.op, ast.MatMult):
        last = last.right
    turned = [isinstance(node, ast.Attribute) and node.attr == "T" for node in (first, last)]
    if turned == [True, False]:
        return ast.unparse(first) == f"{ast.unparse(last)}.T" or None
    return (turned == [False, True] and ast.unparse(last) == f"{ast.unparse(first)}.T") or None


def rank(node: Any, facts: Any, depth: int = 0) -> int | None:
    """How many axes an expression's value has: 0 for a number; None where that is not known."""
    if depth > _DEPTH or not isinstance(node, ast.expr):
        return None
    known = facts.constant(node)
    if known is not None and isinstance(known.value, int | float):
        return 0
    match node:
        case ast.Name():
            values = [
                binding.value if binding.kind in ("assign", "annotated") and not binding.path else None
                for binding in facts.bindings(node.id, node)
                if binding.kind != "augmented"
            ]
            ranks = {rank(value, facts, depth + 1) for value in values}
            return ranks.pop() if len(ranks) == 1 else None
        case ast.List() | ast.Tuple():
            inner = {rank(element, facts, depth + 1) for element in node.elts}
            only = inner.pop() if len(inner) == 1 else None
            return None if only is None else only + 1
        case ast.UnaryOp():
            return rank(node.operand, facts, depth + 1)
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow()):
            sides = [rank(side, facts, depth + 1) for side in (node.left, node.right)]
            return None if None in sides else max(side for side in sides if side is not None)
        case ast.Subscript():
            return _of_part(node, facts, depth)
        case ast.Attribute():
            return _of_attribute(node, facts, depth)
        case ast.Call():
            return _of_call(node, facts, depth)
    return None


def _of_attribute(node: ast.Attribute, facts: Any, depth: int) -> int | None:
    if node.attr == "T":
        return rank(node.value, facts, depth + 1)
    if node.attr == "size":
        return 0
    if node.attr == "values":
        return _of_table(node.value, facts)
    return None


def _of_table(node: ast.expr, facts: Any) -> int | None:
    types = facts.types(node)
    return {frozenset({"pandas.Series"}): 1, frozenset({"pandas.DataFrame"}): 2}.get(frozenset(types or ()))


def _of_part(node: ast.Subscript, facts: Any, depth: int) -> int | None:
    if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
        return 0
    whole = rank(node.value, facts, depth + 1)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if whole is None or not all(isinstance(part, ast.Slice) or facts.constant(part) is not None for part in parts):
        return None
    left = whole - sum(not isinstance(part, ast.Slice) for part in parts)
    return left if left >= 0 else None


def _of_shape(node: ast.expr | None, facts: Any, depth: int) -> int | None:
    """How many axes an array of that shape has."""
    if isinstance(node, ast.Attribute) and node.attr == "shape":
        return rank(node.value, facts, depth + 1)
    if isinstance(node, ast.Tuple | ast.List):
        return len(node.elts)
    return 1 if rank(node, facts, depth + 1) == 0 else None


def _of_call(call: ast.Call, facts: Any, depth: int) -> int | None:
    name = facts.resolve(call.func).name or ""
    first = call.args[0] if call.args else None
    if name in ("builtins.len", "builtins.int", "builtins.float"):
        return 0
    if name in _LINES:
        return 1
    if name in _SQUARES:
        return 2
    if name in _OF_SHAPE:
        return _of_shape(first, facts, depth)
    if name in _LIKE:
        return rank(first, facts, depth + 1)
    if name in ("numpy.random.rand", "numpy.random.randn"):
        return len(call.args)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in _DRAWS | _DRAWS_SHAPE:
        sizes = [keyword.value for keyword in call.keywords if keyword.arg == "size"]
        if method in _DRAWS_SHAPE and not sizes and first is not None:
            sizes = [first]
        return _of_shape(sizes[0], facts, depth) if sizes else None
    if method == "reshape" and name != "numpy.reshape":
        return _of_shape(first, facts, depth) if len(call.args) == 1 else len(call.args)
    if isinstance(call.func, ast.Attribute) and method in _KEEPING:
        return rank(call.func.value, facts, depth + 1)
    if isinstance(call.func, ast.Attribute) and method == "to_numpy":
        return _of_table(call.func.value, facts)
    return None
