"""How many axes arrays have, as far as the script shows: what decides whether arrays combine row by row."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

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
#: Functions that give a matrix of as many rows as columns, if they do not give a number.
_OF_ITSELF = frozenset({"numpy.cov", "numpy.corrcoef"})
#: Functions that never give more than two axes, and those that join arrays of as many.
_FLAT = _OF_ITSELF | {f"numpy.{name}" for name in ("loadtxt", "genfromtxt", "outer", "vander", "tri", "diag")}
_JOINING = frozenset(f"numpy.{name}" for name in ("vstack", "hstack", "column_stack", "concatenate"))
_TABLES = frozenset({"pandas.Series", "pandas.DataFrame"})
#: Methods of an array that keep its axes.
_KEEPING = frozenset({"copy", "astype", "round", "clip"})
#: Draws, with the place of their shape among the arguments.
_DRAWS = {
    "random": 0, "standard_normal": 0, "random_sample": 0, "exponential": 1, "poisson": 1, "normal": 2, "uniform": 2,
    "gamma": 2, "beta": 2, "lognormal": 2, "integers": 2, "randint": 2,
}  # fmt: skip


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
    """Whether a product of two matrices is a square matrix, as far as the script shows.

    Arguments: the left part of the product, the right part.
    """
    first, last = arguments
    left, right = _extents(first, facts), _extents(last, facts)
    if left is None or right is None:
        return None
    joint = {left[1], right[0]}  # equal, or there were no product
    if left[0] != right[1] and not {left[0], right[1]} <= joint:
        return None
    turned = {ast.unparse(node.value) for each in arguments for node in ast.walk(each) if _turned(node)}
    return all(_flat(each, facts, turned, 0) for each in arguments) or None


def matrices(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether arrays are matrices or vectors: none of them can be a stack of matrices."""
    return all(isinstance(each, ast.expr) and _flat(each, facts, set(), 0) for each in arguments) or None


def _turned(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and node.attr == "T"


def _product(node: ast.expr, facts: Any) -> tuple[ast.expr, ast.expr] | None:
    """Both sides of a product of matrices."""
    match node:
        case ast.BinOp(op=ast.MatMult()):
            return node.left, node.right
        case ast.Call(args=[left, right]) if facts.resolve(node.func).name in ("numpy.dot", "numpy.matmul"):
            return left, right
        case ast.Call(func=ast.Attribute(value=left, attr="dot"), args=[right]):
            return left, right
    return None


def _extents(node: ast.expr, facts: Any, depth: int = 0) -> tuple[str, str] | None:
    """Rows and columns of a matrix, as words: the same word, the same number. None for what may be no matrix."""
    own = ast.unparse(node)
    rows_columns = (f"rows of {own}", f"columns of {own}")
    if depth > _DEPTH:
        return rows_columns
    if _turned(node):
        inner = _extents(node.value, facts, depth + 1)
        return inner and (inner[1], inner[0])
    if (sides := _product(node, facts)) is not None:
        left, right = (_extents(side, facts, depth + 1) for side in sides)
        return left and right and (left[0], right[1])
    match node:
        case ast.Call():
            name = facts.resolve(node.func).name or ""
            if name in _SQUARES and len(node.args) == 1:
                return own, own
            if name in _OF_ITSELF:
                return own, own
            if name == "numpy.linalg.inv" and node.args:
                inner = _extents(node.args[0], facts, depth + 1)
                return inner and (inner[0], inner[0])
            if name in _LIKE and node.args:
                return _extents(node.args[0], facts, depth + 1)
            shape = _shape(node, facts)
            if isinstance(shape, ast.Tuple) and len(shape.elts) == 2:
                rows, columns = (_length(each, facts) for each in shape.elts)
                return (rows, columns) if rows and columns else rows_columns
        case ast.Name():
            values = [binding.value for binding in facts.bindings(node.id, node)]
            if len(values) == 1 and isinstance(values[0], ast.Call):
                known = _extents(values[0], facts, depth + 1)
                if known is not None and all(each.isdigit() for each in known):
                    return known
                if known is not None and known[0] == known[1]:
                    return rows_columns[0], rows_columns[0]
    return rows_columns


def _length(node: ast.expr, facts: Any) -> str | None:
    """A number of rows or columns, if it is known."""
    known = facts.constant(node)
    return str(known.value) if known is not None and isinstance(known.value, int) else None


def _flat(node: ast.expr, facts: Any, turned: set[str], depth: int) -> bool:
    """Whether an array has two axes at most.

    A stack cannot be multiplied by what ``.T`` makes of it, so that what is multiplied by itself transposed is none.
    """
    if depth > _DEPTH:
        return False

    def flat(part: ast.expr) -> bool:
        return _flat(part, facts, turned, depth + 1)

    known = rank(node, facts)
    if known is not None:
        return known <= 2
    if ast.unparse(node) in turned:
        return True
    if _turned(node):
        return flat(node.value) or ast.unparse(node.value) in turned
    if (sides := _product(node, facts)) is not None:
        both = {ast.unparse(side.value) for side in sides if _turned(side)} & {ast.unparse(side) for side in sides}
        return bool(both) or all(flat(side) for side in sides)
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() | ast.Pow()):
            return flat(node.left) and flat(node.right)
        case ast.UnaryOp():
            return flat(node.operand)
        case ast.Attribute(attr="values"):
            return bool(facts.types(node.value)) and facts.types(node.value) <= _TABLES
        case ast.Subscript(slice=index):
            parts = index.elts if isinstance(index, ast.Tuple) else [index]
            joined = facts.resolve(node.value).name in ("numpy.c_", "numpy.r_")
            plain = all(isinstance(part, ast.Slice) or facts.constant(part) is not None for part in parts)
            return all(flat(part) for part in parts) if joined else plain and flat(node.value)
        case ast.Call():
            return _flat_call(node, facts, flat)
        case ast.Name():
            found = [each for each in facts.bindings(node.id, node) if each.kind != "augmented"]
            return bool(found) and all(_flat_binding(each, facts, flat) for each in found)
    return False


def _flat_binding(binding: Any, facts: Any, flat: Callable[[ast.expr], bool]) -> bool:
    value = binding.value
    if binding.kind not in ("assign", "annotated") or not isinstance(value, ast.expr):
        return False
    if not binding.path:
        return flat(value)
    name = (facts.resolve(value.func).name or "") if isinstance(value, ast.Call) else ""
    if name == "sklearn.model_selection.train_test_split" and isinstance(value, ast.Call):
        return all(flat(part) for part in value.args)
    return name.startswith("sklearn.datasets.") and "olivetti" not in name and "image" not in name


def _flat_call(call: ast.Call, facts: Any, flat: Callable[[ast.expr], bool]) -> bool:
    name = facts.resolve(call.func).name or ""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in _FLAT:
        return True
    if name in _JOINING and call.args:
        parts = call.args[0].elts if isinstance(call.args[0], ast.List | ast.Tuple) else []
        return bool(parts) and all(flat(part) for part in parts)
    if name in _LIKE | {"numpy.linalg.inv", "numpy.linalg.pinv", "numpy.linalg.solve"} and call.args:
        return all(flat(part) for part in call.args[:2]) if name.endswith("solve") else flat(call.args[0])
    if isinstance(call.func, ast.Attribute) and method in _KEEPING | {"dot"}:
        return flat(call.func.value)
    if isinstance(call.func, ast.Attribute) and method == "to_numpy":
        return bool(facts.types(call.func.value)) and facts.types(call.func.value) <= _TABLES
    return False


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


def _shape(call: ast.Call, facts: Any) -> ast.expr | None:
    """Where a call says which shape the array is to have."""
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if facts.resolve(call.func).name in _OF_SHAPE:
        named, place = "shape", 0
    elif method in _DRAWS:
        named, place = "size", _DRAWS[method]
    else:
        return None
    given = [keyword.value for keyword in call.keywords if keyword.arg == named]
    return given[0] if given else call.args[place] if len(call.args) > place else None


def _of_call(call: ast.Call, facts: Any, depth: int) -> int | None:
    name = facts.resolve(call.func).name or ""
    first = call.args[0] if call.args else None
    if name in ("builtins.len", "builtins.int", "builtins.float"):
        return 0
    if name in _LINES:
        return 1
    if name in _SQUARES:
        return 2
    if name in _LIKE:
        return rank(first, facts, depth + 1)
    if name in ("numpy.random.rand", "numpy.random.randn"):
        return len(call.args)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if (size := _shape(call, facts)) is not None and (method in _DRAWS or name in _OF_SHAPE):
        return _of_shape(size, facts, depth)
    if method == "reshape" and name != "numpy.reshape":
        return _of_shape(first, facts, depth) if len(call.args) == 1 else len(call.args)
    if isinstance(call.func, ast.Attribute) and method in _KEEPING:
        return rank(call.func.value, facts, depth + 1)
    if isinstance(call.func, ast.Attribute) and method == "to_numpy":
        return _of_table(call.func.value, facts)
    return None
