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


def owned(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether only one name holds an array made by ``numpy.zeros`` and the like, and nothing else keeps it or a view.

    Every use of the name is arithmetic, an element read or written, or an argument of a NumPy function that keeps
    nothing. Argument: the name.
    """
    name = arguments[0]
    if not isinstance(name, ast.Name):
        return None
    variable = facts.flow.variable(name)
    if variable is None or not all(_made(b.value, facts) for b in variable[0].bindings[name.id] if b.kind != "delete"):
        return None
    if any(b.kind not in ("assign", "augmented") or b.path for b in variable[0].bindings[name.id]):
        return None
    return all(_keeps_nothing(use, facts) for use in facts.flow.loads(variable)) or None


def _keeps_nothing(use: ast.Name, facts: Any) -> bool:
    parent = facts.parent(use)
    match parent:
        case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.AugAssign():
            return True
        case ast.Subscript() if parent.value is use:
            plain = parent.slice.elts if isinstance(parent.slice, ast.Tuple) else [parent.slice]
            return not any(isinstance(part, ast.Slice) for part in plain) and isinstance(
                facts.parent(parent), ast.BinOp | ast.Assign | ast.AugAssign | ast.Compare
            )
        case ast.Attribute():
            return parent.attr in ("shape", "size", "dtype", "ndim", "sum", "mean", "std", "max", "min", "copy", "var")
        case ast.Call():
            called = facts.resolve(parent.func).name or ""
            kept = ("asarray", "reshape", "ravel", "transpose", "broadcast_to", "atleast_1d", "atleast_2d", "split")
            return called in ("builtins.len", "builtins.print") or (
                called.startswith("numpy.") and called.rpartition(".")[2] not in kept
            )
    return False


def is_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code is a plain name. Argument: the code."""
    return isinstance(arguments[0], ast.Name)
