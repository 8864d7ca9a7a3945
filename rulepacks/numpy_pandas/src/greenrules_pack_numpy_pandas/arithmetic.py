"""Whether a formula means the same for whole columns or arrays as it does for one value at a time.

That holds for ``+ - * /``, small powers and NumPy's element-wise functions of numbers; not for comparisons that choose
a branch, for ``and`` and ``or``, for string methods or for calls that nobody here knows.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

#: Element-wise functions whose result for an array holds their results for its elements.
ELEMENTWISE = frozenset(
    {
        "numpy.abs", "numpy.absolute", "numpy.arccos", "numpy.arcsin", "numpy.arctan", "numpy.arctan2",
        "numpy.ceil", "numpy.cos", "numpy.cosh", "numpy.deg2rad", "numpy.degrees", "numpy.exp", "numpy.exp2",
        "numpy.expm1", "numpy.fabs", "numpy.floor", "numpy.hypot", "numpy.log", "numpy.log10", "numpy.log1p",
        "numpy.log2", "numpy.maximum", "numpy.minimum", "numpy.rad2deg", "numpy.radians", "numpy.sign",
        "numpy.sin", "numpy.sinh", "numpy.sqrt", "numpy.square", "numpy.tan", "numpy.tanh", "numpy.trunc",
    }
)  # fmt: skip
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
#: Powers that do not overflow where the values did not, and that integers have, too.
_POWERS = frozenset({2, 3, 0.5, 1.5})

Leaf = Callable[[ast.expr], bool]


def of_columns(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of ``row["column"]`` and numbers. Arguments: the formula, the row's name."""
    formula, row = arguments
    name = _name(row)

    def leaf(node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == name
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        )

    return _arithmetic(formula, leaf, facts)


def of_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of one name and numbers. Arguments: the formula, the name."""
    formula, variable = arguments
    name = _name(variable)
    return _arithmetic(formula, lambda node: isinstance(node, ast.Name) and node.id == name, facts)


def of_elements(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of ``array[i]``, or ``array[i, j]``, and numbers, for arrays of NumPy.

    Arguments: the formula, and the index names in the order in which they stand.
    """
    formula, *indices = arguments
    names = [_name(index) for index in indices]

    def leaf(node: ast.expr) -> bool:
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return False
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if [part.id if isinstance(part, ast.Name) else None for part in parts] != names:
            return False
        return bool(facts.is_type(node.value, "numpy.ndarray").yes)

    return _arithmetic(formula, leaf, facts)


def _arithmetic(formula: ast.expr, leaf: Leaf, facts: Any) -> bool:
    """Whether a formula is built of leaves and numbers by element-wise operations, with at least one leaf."""
    return _has_leaf(formula, leaf) and _allowed(formula, leaf, facts)


def _has_leaf(formula: ast.expr, leaf: Leaf) -> bool:
    return any(isinstance(node, ast.expr) and leaf(node) for node in ast.walk(formula))


def _allowed(node: ast.expr, leaf: Leaf, facts: Any) -> bool:
    if leaf(node):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        return _allowed(node.left, leaf, facts) and _allowed(node.right, leaf, facts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        power = facts.constant(node.right)
        return power is not None and power.value in _POWERS and _allowed(node.left, leaf, facts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _allowed(node.operand, leaf, facts)
    if isinstance(node, ast.Call):
        return (
            not node.keywords
            and facts.resolve(node.func).name in ELEMENTWISE
            and all(_allowed(argument, leaf, facts) for argument in node.args)
        )
    constant = facts.constant(node)
    return constant is not None and isinstance(constant.value, int | float) and not isinstance(constant.value, bool)


def _name(bound: Any) -> str | None:
    """The name that a metavariable is bound to, as text or as a node."""
    if isinstance(bound, str):
        return bound
    if isinstance(bound, ast.arg):
        return bound.arg
    return bound.id if isinstance(bound, ast.Name) else None


def reads_columns(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a function takes one row, reads only ``row["column"]`` of it, and returns one value, not several.

    Such a function can be given a dictionary instead of a Series. Argument: the function's name. Not known for a
    function that is not defined once at the top of the script.
    """
    name = _name(arguments[0])
    found = [node for node in ast.walk(facts.tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    if len(found) != 1 or found[0] not in facts.tree.body or found[0].decorator_list:
        return None
    function = found[0]
    parameters = function.args
    if (
        len(parameters.args) != 1
        or parameters.vararg
        or parameters.kwarg
        or parameters.kwonlyargs
        or parameters.posonlyargs
    ):
        return False
    row = parameters.args[0].arg
    columns = {
        id(node.value) for node in ast.walk(function) if isinstance(node, ast.Subscript) and _is_column(node, row)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == row and id(node) not in columns:
            return False
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal):
            return False
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(returned) and all(value is not None and _scalar(value, row, function, facts, ()) for value in returned)


def _is_column(node: ast.Subscript, row: str) -> bool:
    return (
        isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    )


def _scalar(node: ast.expr, row: str, function: ast.FunctionDef, facts: Any, seen: tuple[str, ...]) -> bool:
    """Whether an expression is a number, a text or a truth value, never a list, a tuple or a Series."""

    def scalar(part: ast.expr) -> bool:
        return _scalar(part, row, function, facts, seen)

    match node:
        case ast.Constant():
            return node.value is not None
        case ast.JoinedStr() | ast.Compare():
            return True
        case ast.Subscript():
            return _is_column(node, row)
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


_CONVERSIONS = frozenset(f"builtins.{name}" for name in ("float", "int", "str", "bool", "len", "round"))


def _values_of(name: str, function: ast.FunctionDef) -> list[ast.expr]:
    """Everything that a local name is plainly assigned; nothing where it is bound in another way too."""
    inside = list(ast.walk(function))
    values: list[ast.expr] = []
    for node in inside:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AugAssign):
            targets = [node.target]
        if isinstance(node, ast.Assign | ast.AugAssign) and any(_name(target) == name for target in targets):
            values.append(node.value)
    bound = [node for node in inside if _name(node) == name and not isinstance(getattr(node, "ctx", None), ast.Load)]
    return values if len(bound) == len(values) else []
