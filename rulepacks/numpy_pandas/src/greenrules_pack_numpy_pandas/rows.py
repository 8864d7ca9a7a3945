"""Whether code that gets a row reads only single values of it, and treats them as plain numbers and texts.

A row may then be a dictionary or a named tuple instead of a Series: cheaper to make, with Python's own numbers in it.
Those differ from NumPy's where a division by zero raises instead of giving infinity, and have fewer methods.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

_CONVERSIONS = frozenset(f"builtins.{name}" for name in ("float", "int", "str", "bool", "len", "round"))
#: Methods that values of both kinds have: of texts, and of times.
_METHODS = frozenset(name for name in dir(str) if not name.startswith("_")) | {
    "year", "month", "day", "hour", "minute", "second", "weekday", "dayofweek", "date", "time", "strftime", "isoformat",
}  # fmt: skip


def plain_values(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code divides by no value of a row and asks values only for what texts and times have.

    Arguments: the code, the name of the row.
    """
    code, row = arguments
    name = row if isinstance(row, str) else getattr(row, "id", None) or getattr(row, "arg", None)
    return _plain(code if isinstance(code, tuple) else (code,), name or "", facts)


def reads_columns(arguments: Sequence[Any], match: Any, facts: Any) -> str | bool | None:
    """The columns that a function of one row reads, as code of a list; False for one that does more with its row.

    The function takes one row, reads only ``row["column"]`` of it and returns one value. Argument: a lambda, or the
    name of a function. Not known for a function that is not defined once at the top of the script.
    """
    given = arguments[0]
    if isinstance(given, ast.Lambda):
        function: ast.Lambda | ast.FunctionDef = given
    else:
        name = given if isinstance(given, str) else getattr(given, "id", None)
        found = [node for node in facts.nodes(ast.FunctionDef) if node.name == name]
        if len(found) != 1 or found[0] not in facts.tree.body or found[0].decorator_list:
            return None
        function = found[0]
    parameters = function.args
    several = parameters.vararg or parameters.kwarg or parameters.kwonlyargs or parameters.posonlyargs
    if len(parameters.args) != 1 or several:
        return False
    row = parameters.args[0].arg
    columns = [node for node in ast.walk(function) if isinstance(node, ast.Subscript) and is_column(node, row)]
    if not columns or not _only(function, row, {id(node.value) for node in columns}):
        return False
    body = function.body if isinstance(function.body, list) else [function.body]
    if not _plain(body, row, facts):
        return False
    if isinstance(function, ast.Lambda):
        results = [function.body]
    else:
        returns = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        results = [value for value in returns if value is not None]
        if not returns or len(results) < len(returns):
            return False
    if not all(_scalar(value, row, function, facts, ()) for value in results):
        return False
    columns.sort(key=lambda node: (node.lineno, node.col_offset))
    names = dict.fromkeys(node.slice.value for node in columns if isinstance(node.slice, ast.Constant))
    return "[" + ", ".join(_quoted(str(each)) for each in names) + "]"


def _quoted(text: str) -> str:
    return repr(text) if '"' in text or "\\" in repr(text) else f'"{text}"'


def _only(function: ast.AST, row: str, columns: set[int]) -> bool:
    """Whether a row is used for nothing but its columns."""
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == row and id(node) not in columns:
            return False
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal | ast.NamedExpr):
            return False
    return True


def is_column(node: ast.Subscript, row: str) -> bool:
    """Whether a subscript reads ``row["column"]``."""
    return (
        isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    )


def _plain(code: Iterable[ast.AST], row: str, facts: Any) -> bool:
    nodes = [node for part in code for node in ast.walk(part)]
    tainted = _tainted(nodes, row)
    for node in nodes:
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(
            node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow
        ):
            right = node.right if isinstance(node, ast.BinOp) else node.value
            if _mentions(right, tainted) or (isinstance(node.op, ast.Pow) and not _harmless_power(right, facts)):
                return False
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Subscript | ast.Name)
            and _mentions(node.value, tainted)
            and node.attr not in _METHODS
        ):
            return False
    return True


def _harmless_power(right: ast.expr, facts: Any) -> bool:
    """A power that raises nothing: of a known number above zero."""
    known = facts.constant(right)
    return known is not None and isinstance(known.value, int | float) and known.value > 0


def _tainted(nodes: Sequence[ast.AST], row: str) -> set[str]:
    """Names whose value comes of the row, at least in part."""
    tainted = {row}
    while True:
        before = len(tainted)
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For) and (
                value := node.iter if isinstance(node, ast.For) else node.value
            ):
                if not _mentions(value, tainted):
                    continue
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                tainted |= {part.id for each in targets for part in ast.walk(each) if isinstance(part, ast.Name)}
        if len(tainted) == before:
            return tainted


def _mentions(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _scalar(node: ast.expr, row: str, function: ast.AST, facts: Any, seen: tuple[str, ...]) -> bool:
    """Whether an expression is a number, a text or a truth value, never a list, a tuple or a Series."""

    def scalar(part: ast.expr) -> bool:
        return _scalar(part, row, function, facts, seen)

    match node:
        case ast.Constant():
            return node.value is not None
        case ast.JoinedStr() | ast.Compare():
            return True
        case ast.Subscript():
            return is_column(node, row)
        case ast.UnaryOp():
            return scalar(node.operand)
        case ast.BinOp(op=ast.Mult() | ast.Add()):
            return scalar(node.left) and scalar(node.right)
        case ast.BinOp():
            return scalar(node.left) or scalar(node.right)
        case ast.BoolOp():
            return all(scalar(value) for value in node.values)
        case ast.IfExp():
            return scalar(node.body) and scalar(node.orelse)
        case ast.Call():
            called = facts.resolve(node.func).name or ""
            return called.startswith("math.") or called in _CONVERSIONS
        case ast.Name() if node.id not in seen:
            values = _values_of(node.id, function)
            return bool(values) and all(_scalar(value, row, function, facts, (*seen, node.id)) for value in values)
    return False


def _values_of(name: str, function: ast.AST) -> list[ast.expr]:
    """Everything that a local name is plainly assigned; nothing where it is bound in another way too."""
    inside = list(ast.walk(function))
    values: list[ast.expr] = []
    for node in inside:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AugAssign):
            targets = [node.target]
        if isinstance(node, ast.Assign | ast.AugAssign) and any(
            isinstance(target, ast.Name) and target.id == name for target in targets
        ):
            values.append(node.value)
    bound = [node for node in inside if getattr(node, "id", None) == name and not isinstance(node.ctx, ast.Load)]  # type: ignore[attr-defined]
    return values if len(bound) == len(values) else []
