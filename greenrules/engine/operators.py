"""Operators: their special methods, and the types of what they give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.members import method_types
from greenrules.engine.typespec import Type, Types, builtin, join

if TYPE_CHECKING:
    from greenrules.engine.inference import Inference

#: operator → the middle of its special method's name
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
}
_WHOLE = frozenset({"builtins.int", "builtins.bool"})
_REAL = _WHOLE | {"builtins.float"}
_SEQUENCES = frozenset({"builtins.str", "builtins.list", "builtins.tuple", "builtins.bytes"})


def arithmetic(left: frozenset[Type], op: ast.operator, right: frozenset[Type]) -> Types:
    """What an operator gives on builtin numbers and sequences; None when the operands are anything else."""
    lefts, rights = {kind.name for kind in left}, {kind.name for kind in right}
    if not lefts or not rights:
        return frozenset() if lefts <= _REAL | _SEQUENCES and rights <= _REAL | _SEQUENCES else None
    if lefts <= _WHOLE and rights <= _WHOLE:
        if isinstance(op, ast.Pow):
            return None
        return builtin("float" if isinstance(op, ast.Div) else "int")
    if lefts <= _REAL and rights <= _REAL:
        mixed = lefts & _WHOLE and rights & _WHOLE
        return None if mixed or isinstance(op, ast.Pow) else builtin("float")
    if lefts == {"builtins.str"} and isinstance(op, ast.Mod):
        return builtin("str")
    if len(lefts) == 1 and lefts == rights and lefts <= _SEQUENCES and isinstance(op, ast.Add):
        return builtin(next(iter(lefts)).removeprefix("builtins."))
    if isinstance(op, ast.Mult) and len(lefts) == 1 and lefts <= _SEQUENCES and rights <= _WHOLE:
        return left
    return None


def binary_types(inference: Inference, left: ast.expr, op: ast.operator, right: ast.expr) -> Types:
    """What a binary operator gives: on builtins as the language has it, else as a special method says."""
    name = OPERATORS[type(op)]
    lefts, rights = _operand(inference, left), inference.types(right)
    if lefts is None:
        return None
    if rights is not None and (known := arithmetic(lefts, op, rights)) is not None:
        return known
    special = join(method_types(inference, kind, f"__{name}__", None, None) for kind in lefts)
    if special is not None or rights is None:
        return special
    return join(method_types(inference, kind, f"__r{name}__", None, None) for kind in rights)


def _operand(inference: Inference, node: ast.expr) -> Types:
    # The target of ``x += 1`` is a Store, and read all the same.
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return inference.reaching(node)
    return inference.types(node)


def unary_types(inference: Inference, expr: ast.UnaryOp) -> Types:
    """What a unary operator gives."""
    if isinstance(expr.op, ast.Not):
        return builtin("bool")
    types = inference.types(expr.operand)
    if types is None or all(kind.name in ("builtins.int", "builtins.float") for kind in types):
        return types
    name = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}[type(expr.op)]
    return join(method_types(inference, kind, f"__{name}__", None, None) for kind in types)


def comparison_types(inference: Inference, expr: ast.Compare) -> Types:
    """What a comparison gives."""
    if all(isinstance(op, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for op in expr.ops):
        return builtin("bool")
    sides = [inference.types(side) for side in (expr.left, *expr.comparators)]
    if all(side is not None and all(k.name.startswith("builtins.") for k in side) for side in sides):
        return builtin("bool")
    name = COMPARISONS.get(type(expr.ops[0]))
    if len(expr.ops) > 1 or name is None or sides[0] is None:
        return None
    return join(method_types(inference, kind, f"__{name}__", None, None) for kind in sides[0])


def special_method(kind: str, context: ast.AST, node: ast.AST) -> tuple[str, ...]:
    """The special methods that a kind of use needs of a value; none for what every object can do."""
    match kind:
        case "subscript":
            return ("__getitem__",)
        case "subscript-store":
            return ("__delitem__" if isinstance(getattr(context, "ctx", None), ast.Del) else "__setitem__",)
        case "call":
            return ("__call__",)
        case "iterate" | "unpack":
            return ("__iter__",)
        case "with":
            return ("__enter__", "__exit__")
        case "augmented" | "operand":
            return _operand_methods(context, node)
    return ()


def _operand_methods(context: ast.AST, node: ast.AST) -> tuple[str, ...]:
    match context:
        case ast.BinOp():
            side = "" if node is context.left else "r"
            return (f"__{side}{OPERATORS[type(context.op)]}__",)
        case ast.AugAssign():
            return (f"__{OPERATORS[type(context.op)]}__",)
        case ast.UnaryOp() if not isinstance(context.op, ast.Not):
            return ({ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}[type(context.op)],)
        case ast.Compare():
            found = {f"__{COMPARISONS[type(op)]}__" for op in context.ops if isinstance(op, _ORDER)}
            inside = [
                "__contains__"
                for op, right in zip(context.ops, context.comparators, strict=True)
                if right is node and isinstance(op, (ast.In, ast.NotIn))
            ]
            return (*sorted(found), *inside)
    return ()


_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
