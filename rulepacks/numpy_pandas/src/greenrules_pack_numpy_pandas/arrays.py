"""What is known of arrays without running the script: sizes that cannot be negative, memory that nobody else holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

#: Functions that give an array of their own, which shares memory with nothing.
_MAKERS = frozenset(
    f"numpy.{name}"
    for name in (
        "zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "array", "copy",
        "arange", "linspace", "eye", "identity", "concatenate", "vstack", "hstack", "stack", "sort", "loadtxt",
    )
)  # fmt: skip
_DEPTH = 8


def nonnegative(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether numbers are counts: literals from zero on, lengths, sizes, and what is added or multiplied of these."""
    return all(_count(each, facts, 0) for each in arguments) or None


def _count(node: Any, facts: Any, depth: int) -> bool:
    if not isinstance(node, ast.expr) or depth > _DEPTH:
        return False
    known = facts.constant(node)
    if known is not None:
        return isinstance(known.value, int | float) and known.value >= 0

    def count(part: ast.expr) -> bool:
        return _count(part, facts, depth + 1)

    match node:
        case ast.Call():
            name = facts.resolve(node.func).name
            if name == "builtins.len":
                return True
            if name in ("builtins.int", "builtins.min", "builtins.max", "builtins.round", "builtins.abs"):
                return all(count(each) for each in node.args) or (
                    name == "builtins.max" and any(count(each) for each in node.args)
                )
        case ast.Attribute():
            return node.attr in ("size", "shape", "ndim")
        case ast.Subscript():
            return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        case ast.BinOp(op=ast.Add() | ast.Mult() | ast.FloorDiv() | ast.Div()):
            return count(node.left) and count(node.right)
        case ast.Name():
            values = list(_values(node, facts))
            return bool(values) and all(value is not None and count(value) for value in values)
    return False


def _first_turn(binding: Any, facts: Any) -> ast.expr | None:
    """Where a loop over ``range`` starts to count upwards, as code."""
    call = binding.value
    if binding.kind not in ("for", "comprehension") or binding.path or not isinstance(call, ast.Call):
        return None
    if facts.resolve(call.func).name != "builtins.range" or len(call.args) > 2 or not call.args:
        return None
    return call.args[0] if len(call.args) == 2 else ast.Constant(0)


def _values(name: ast.Name, facts: Any) -> Iterator[ast.expr | None]:
    """What a name may have been assigned; None for a binding of another kind."""
    for binding in facts.bindings(name.id, name):
        if (first := _first_turn(binding, facts)) is not None:
            yield first
            continue
        plain = binding.kind in ("assign", "annotated")
        yield binding.value if plain and (not binding.path or isinstance(binding.value, ast.Attribute)) else None


def apart(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether an array that is written shares no memory with arrays that are read in the same stroke.

    The array was made for itself (``numpy.zeros(...)``, a copy), and none of the others was made from it. The same
    array at the same place is allowed. Arguments: the array written, then code that reads.
    """
    written, *read = arguments
    if not isinstance(written, ast.Name):
        return None
    values = list(_values(written, facts))
    if not values or not all(_made(value, facts) for value in values):
        return None
    names = [node for code in read for part in _parts(code) for node in ast.walk(part) if isinstance(node, ast.Name)]
    others = [node for node in names if node.id != written.id and isinstance(node.ctx, ast.Load)]
    return not any(_derived(node, written.id, facts, 0) for node in others) or None


def _parts(code: Any) -> tuple[ast.AST, ...]:
    if isinstance(code, tuple):
        return code
    return (code,) if isinstance(code, ast.AST) else ()


def _made(value: ast.expr | None, facts: Any) -> bool:
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.BinOp)
    if isinstance(value.func, ast.Attribute) and value.func.attr in ("copy", "astype"):
        return not value.keywords
    sharing = any(keyword.arg in ("copy", None) for keyword in value.keywords)
    return facts.resolve(value.func).name in _MAKERS and not sharing


def _derived(node: ast.Name, name: str, facts: Any, depth: int) -> bool:
    """Whether a name's value may be a view of another's."""
    if depth > _DEPTH:
        return True
    if facts.resolve(node).name is not None:
        return False
    for value in _values(node, facts):
        if value is None:
            continue
        for part in ast.walk(value):
            if isinstance(part, ast.Name) and (part.id == name or _derived(part, name, facts, depth + 1)):
                return True
    return False


def fresh(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a value, kept in every round of a loop, is not changed later on. Arguments: the value, the loop's body.

    A call's result, a selection of rows; a name that the body gives one of these; or one that it does not change.
    """
    value, body = arguments
    if _new(value):
        return True
    if isinstance(value, ast.IfExp):
        return (fresh([value.body, body], match, facts) and fresh([value.orelse, body], match, facts)) or None
    if not isinstance(value, ast.Name):
        return None
    inside = {id(node) for part in _parts(body) for node in ast.walk(part)}
    bindings = facts.bindings(value.id, value)
    outside = [b for b in bindings if id(b.node) not in inside]
    if outside and len(outside) == len(bindings):
        return facts.mutated(value, list(_parts(body))).value is False or None
    return (
        bool(bindings)
        and all(b.kind == "assign" and not b.path and id(b.node) in inside and _new(b.value) for b in bindings)
    ) or None


def _new(value: Any) -> bool:
    if isinstance(value, ast.Call):
        # copies, constructions, reads; not a method that hands back the object itself
        return not (isinstance(value.func, ast.Attribute) and value.func.attr in ("pop", "get", "setdefault", "next"))
    if isinstance(value, ast.Subscript):
        return isinstance(value.slice, ast.Compare | ast.BinOp | ast.BoolOp | ast.UnaryOp | ast.List)
    return isinstance(value, ast.BinOp | ast.List | ast.Dict | ast.ListComp)


def at_hand(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code that is written again costs nothing: a name, an attribute, or an item. Argument: it."""
    node = arguments[0]
    while isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and _looks(node.slice)):
        node = node.value
    return isinstance(node, ast.Name)


def _looks(index: ast.expr) -> bool:
    """Whether an index takes a look at the same memory, and copies nothing."""
    if isinstance(index, ast.Tuple):
        return all(map(_looks, index.elts))
    return isinstance(index, ast.Constant | ast.Slice)


def is_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code is a plain name. Argument: the code."""
    return isinstance(arguments[0], ast.Name)


#: What needs all digits, or the bytes as they are: solvers, running sums, raw memory, files.
EXACTING = frozenset(
    {
        "linalg", "inv", "solve", "lstsq", "det", "eig", "eigh", "svd", "qr", "cholesky", "pinv", "cumsum", "cumprod",
        "ctypes", "tobytes", "tofile", "view", "frombuffer", "data_as", "ndpointer", "timestamp", "to_csv", "savetxt",
    }
)  # fmt: skip
#: Functions whose values are small: their arguments' digits are what counts, not their size.
_SMALL = frozenset(
    f"numpy.{name}"
    for name in (
        "sqrt", "exp", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "tanh", "arctan", "arctan2", "mean", "std",
        "hypot", "linalg.norm", "corrcoef", "clip", "random.rand", "random.random", "random.uniform",
    )
) | {f"math.{name}" for name in ("sqrt", "exp", "log", "sin", "cos", "tanh", "hypot", "dist")}  # fmt: skip


def small_numbers(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether nothing in the script is known to need all digits of a number, or the bytes of an array."""
    return True if facts.remembered("numpy_pandas.small_numbers", lambda: not _exacting(facts)) else None


def _exacting(facts: Any) -> bool:
    return any(
        node.attr in EXACTING and not (node.attr == "linalg" and getattr(facts.parent(node), "attr", "") == "norm")
        for node in facts.nodes(ast.Attribute)
    )


def holds_small(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether every value stored in an array is seen to be small: a root, an exponential, a mean, a norm, a fraction.

    Argument: the array's name.
    """
    name = arguments[0]
    if not isinstance(name, ast.Name):
        return None
    stores = 0
    for node in facts.named(name.id):
        if node is name:
            continue
        parent = facts.parent(node)
        while isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
            parent = facts.parent(parent)
        if isinstance(node.ctx, ast.Store):
            return None
        if isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load):
            statement = facts.statement(parent)
            if not isinstance(statement, ast.Assign) or not _small(statement.value, facts, 0):
                return None
            stores += 1
    return stores > 0 or None


def _small(node: ast.expr, facts: Any, depth: int) -> bool:
    if depth > _DEPTH:
        return False
    known = facts.constant(node)
    if known is not None:
        return isinstance(known.value, int | float) and abs(known.value) < 1e4

    def small(part: ast.expr) -> bool:
        return _small(part, facts, depth + 1)

    match node:
        case ast.Call():
            name = facts.resolve(node.func).name or ""
            return name in _SMALL
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult()):
            return small(node.left) and small(node.right)
        case ast.BinOp(op=ast.Div()):
            return small(node.left) and (facts.constant(node.right) is not None)
        case ast.UnaryOp(op=ast.USub()):
            return small(node.operand)
        case ast.Name():
            values = list(_values(node, facts))
            return bool(values) and all(value is not None and small(value) for value in values)
        case ast.Subscript():
            return isinstance(node.value, ast.Name) and small(node.value)
    return False
