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
#: Functions of one number whose like in NumPy has the same name; the templates of the rules translate them.
PLAIN = frozenset(
    f"math.{name}" for name in ("sqrt", "exp", "log", "log10", "log2", "sin", "cos", "tan", "tanh", "fabs")
)
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
#: Powers that do not overflow where the values did not, and that integers have, too.
_POWERS = frozenset({2, 3, 0.5, 1.5})

_NUMBERS = ("mean", "std", "var", "min", "max", "sum", "median")

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

    if not _arithmetic(formula, leaf, facts):
        return False
    read = {ast.unparse(node) for node in ast.walk(formula) if isinstance(node, ast.expr) and leaf(node)}
    if len(read) > 1:
        return True
    # A formula of one column keeps the column's name, where apply gives a Series without one.
    parent = facts.parent(match.node)
    return isinstance(parent, ast.Assign) and all(isinstance(target, ast.Subscript) for target in parent.targets)


def of_name(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of one name and numbers. Arguments: the formula, the name."""
    formula, variable = arguments
    name = _name(variable)
    return _arithmetic(formula, lambda node: isinstance(node, ast.Name) and node.id == name, facts)


def compares(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a test compares a formula of one name with a number or a text, once. Arguments: the test, the name."""
    test, variable = arguments
    name = _name(variable)
    return _compares(test, lambda node: isinstance(node, ast.Name) and node.id == name, facts)


def compares_columns(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a test compares a formula of ``row["column"]`` with a number or a text. Arguments: the test, the row."""
    test, row = arguments
    name = _name(row)
    return _compares(test, lambda node: isinstance(node, ast.Subscript) and _is_column(node, name or ""), facts)


def _compares(test: ast.expr, leaf: Leaf, facts: Any) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    if not isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE):
        return False
    if not _has_leaf(test.left, leaf):
        return False
    known = facts.constant(test.comparators[0])
    if known is not None and isinstance(known.value, str):
        return leaf(test.left)
    return _allowed(test.left, leaf, facts) and _allowed(test.comparators[0], leaf, facts)


#: Statistics of a group that a group-by computes for all groups at once.
_STATISTICS = frozenset(
    {"mean", "sum", "min", "max", "median", "std", "var", "count", "nunique", "size", "first", "last"}
)


def of_group(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of a group's values, its statistics (``group.mean()``) and numbers.

    A statistic is among them: it leaves rows that are in no group without a value, as before. Arguments: the formula,
    the group's name.
    """
    formula, group = arguments
    name = _name(group)

    def leaf(node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id == name
        called = node.func if isinstance(node, ast.Call) and not node.args and not node.keywords else None
        return (
            isinstance(called, ast.Attribute)
            and called.attr in _STATISTICS
            and isinstance(called.value, ast.Name)
            and called.value.id == name
        )

    statistics = any(isinstance(node, ast.Call) and leaf(node) for node in ast.walk(formula))
    return statistics and _arithmetic(formula, leaf, facts)


def of_elements(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a formula consists of ``array[i]``, or ``array[i, j]``, and numbers, for arrays of NumPy.

    Arguments: the formula, and the index names in the order in which they stand.
    """
    formula, *indices = arguments
    names = [_name(index) for index in indices]
    if not names:
        return False

    def leaf(node: ast.expr) -> bool:
        if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
            return False
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if [part.id if isinstance(part, ast.Name) else None for part in parts] != names:
            return False
        return bool(facts.is_type(node.value, "numpy.ndarray").yes)

    return _has_leaf(formula, leaf) and _allowed(formula, leaf, facts)


def _arithmetic(formula: ast.expr, leaf: Leaf, facts: Any) -> bool:
    """Whether a formula computes something new of leaves and numbers by element-wise operations."""
    return not leaf(formula) and _has_leaf(formula, leaf) and _allowed(formula, leaf, facts)


def _has_leaf(formula: ast.expr, leaf: Leaf) -> bool:
    return any(isinstance(node, ast.expr) and leaf(node) for node in ast.walk(formula))


def _is_statistic(node: ast.expr, facts: Any) -> bool:
    """Whether an expression is one number of a whole column or array: ``df["a"].mean()``, ``numpy.max(a)``."""
    if not isinstance(node, ast.Call) or node.keywords:
        return False
    name = facts.resolve(node.func).name or ""
    if name in {f"numpy.{each}" for each in _NUMBERS}:
        subject = node.args[0] if len(node.args) == 1 else None
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _NUMBERS and not node.args:
        subject = node.func.value
    else:
        return False
    types = facts.types(subject) if subject is not None else None
    return types is not None and bool(types) and types <= {"pandas.Series", "numpy.ndarray"}


def _allowed(node: ast.expr, leaf: Leaf, facts: Any) -> bool:
    if leaf(node):
        return True
    if not _has_leaf(node, leaf) and _is_statistic(node, facts):
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
            and facts.resolve(node.func).name in ELEMENTWISE | PLAIN
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


def _is_column(node: ast.Subscript, row: str) -> bool:
    return (
        isinstance(node.ctx, ast.Load)
        and isinstance(node.value, ast.Name)
        and node.value.id == row
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    )
