"""Operators: their special methods, and what they give on numbers and strings."""

from __future__ import annotations

import ast

from greenrules.engine.typespec import Type, Types, builtin

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
