"""What the columns of data frames hold, as far as the script shows: numbers, dates, values that can be looked up."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

#: Methods that columns of numbers have, and those of texts and objects have not.
_OF_NUMBERS = frozenset({"mean", "std", "var", "median", "quantile", "round", "abs", "clip", "skew", "sem", "kurt"})
_OF_DRAWS = frozenset(
    {"normal", "uniform", "gamma", "beta", "poisson", "exponential", "lognormal", "integers", "randint"}
)
_OPERATORS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Pow)
_MAKES_DATES = frozenset({"pandas.to_datetime", "pandas.Timestamp", "pandas.date_range", "datetime.datetime.strptime"})
#: What makes something else of dates.
_UNMAKES_DATES = frozenset({"date", "time", "strftime", "isoformat", "to_period", "dt", "timestamp", "day_name"})
#: Methods of a column that leave its values as they are.
_KEEPING = frozenset({"dropna", "head", "tail", "sort_values", "drop_duplicates", "copy", "reset_index", "shift"})
#: Methods of texts alone: what has them can be a key.
_OF_TEXTS = frozenset(name for name in dir(str) if not name.startswith("_")) - {"count", "index", "join"}
_GIVES_LISTS = frozenset({"split", "rsplit", "splitlines", "findall", "tolist", "copy"})
_LISTS = frozenset(f"builtins.{name}" for name in ("list", "sorted", "set", "dict"))


def numbers(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script treats a column as numbers somewhere, or gives it numbers. Argument: the column's name."""
    column = _text(arguments[0], facts)
    if column is None:
        return None
    values = list(given(column, facts))
    if values and all(_number(value, facts) for value in values):
        return True
    return any(_as_number(read, facts) for read in column_reads(column, facts)) or None


def dates(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a column is seen to hold Timestamps: parsed when it is read, or made of dates. Argument: the column."""
    series = arguments[0]
    while isinstance(series, ast.Call) and isinstance(series.func, ast.Attribute) and series.func.attr in _KEEPING:
        series = series.func.value
    if isinstance(series, ast.Name):
        values = [binding.value for binding in facts.bindings(series.id, series)]
        if len(values) != 1 or values[0] is None:
            return None
        series = values[0]
    if not isinstance(series, ast.Subscript):
        return _date(series, facts) or None
    column = _text(series.slice, facts)
    if column is None:
        return None
    values = list(given(column, facts))
    if values:
        return all(_date(value, facts) for value in values) or None
    if any(
        isinstance(facts.parent(read), ast.Attribute) and facts.parent(read).attr == "dt"
        for read in column_reads(column, facts)
    ):
        return True
    parsed = (word.value for call in facts.nodes(ast.Call) for word in call.keywords if word.arg == "parse_dates")
    known = (facts.constant(value) for value in parsed)
    return any(isinstance(each.value, list | tuple) and column in each.value for each in known if each) or None


def keys(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether values can be keys of a dict, and what is computed of each may be shared among equal ones.

    The code asks them for what texts alone have, or the column is nowhere given lists. Arguments: the column, then the
    formula and its variable, or the function.
    """
    series, code, *variable = arguments
    if variable:
        name = getattr(variable[0], "arg", None) or getattr(variable[0], "id", variable[0])
        results: list[ast.AST | None] = [code]
    else:
        definition = facts.classes.local_function(code)
        if definition is None or not definition.args.args:
            return None
        name = definition.args.args[0].arg
        results = [node.value for node in ast.walk(definition) if isinstance(node, ast.Return)]
        code = definition
    if any(_list(result, facts) for result in results):
        return None
    for node in ast.walk(code):
        asked = node.value if isinstance(node, ast.Attribute) and node.attr in _OF_TEXTS else None
        if isinstance(asked, ast.Name) and asked.id == name:
            return True
    column = _text(series.slice, facts) if isinstance(series, ast.Subscript) else None
    if column is None:
        return None
    values = list(given(column, facts))
    return (all(_plain(value, facts) for value in values) and (bool(values) or not _objects(facts))) or None


def asked_for(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the script asks if there is a column: ``"fare" in df``. Argument: the column's name."""
    column = _text(arguments[0], facts)
    for test in facts.nodes(ast.Compare):
        known = facts.constant(test.left) if isinstance(test.ops[0], ast.In | ast.NotIn) else None
        if known is not None and known.value == column:
            return True
    return False


def _text(node: Any, facts: Any) -> str | None:
    if isinstance(node, str):
        return node
    known = facts.constant(node) if isinstance(node, ast.expr) else None
    return known.value if known is not None and isinstance(known.value, str) else None


def column_reads(column: str, facts: Any) -> Iterator[ast.Subscript]:
    """Where columns of that name are read."""
    for node in facts.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant) and node.slice.value == column:
            yield node


def given(column: str, facts: Any) -> Iterator[ast.expr]:
    """What columns of that name are given: by assignment, in a frame's construction, by ``assign``."""
    for node in facts.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load):
            continue
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if not any(isinstance(part, ast.Constant) and part.value == column for part in parts):
            continue
        statement = facts.statement(node)
        yield statement.value if isinstance(statement, ast.Assign) and node in statement.targets else ast.List(elts=[])
    for node in facts.nodes(ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == column:
                yield value
    for node in facts.nodes(ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "assign":
            yield from (keyword.value for keyword in node.keywords if keyword.arg == column)


def _as_number(read: ast.Subscript, facts: Any) -> bool:
    parent = facts.parent(read)
    match parent:
        case ast.Attribute():
            return parent.attr in _OF_NUMBERS
        case ast.BinOp():
            return isinstance(parent.op, _OPERATORS)
        case ast.Compare():
            known = facts.constant(parent.comparators[0])
            return known is not None and isinstance(known.value, int | float)
    return False


def _number(value: ast.expr, facts: Any) -> bool:
    match value:
        case ast.BinOp():
            return isinstance(value.op, _OPERATORS)
        case ast.List() | ast.Tuple():
            return bool(value.elts) and all(_number(each, facts) for each in value.elts)
        case ast.Constant():
            return value.value is None or isinstance(value.value, int | float)
        case ast.UnaryOp():
            return _number(value.operand, facts)
        case ast.Attribute():
            return facts.resolve(value).name in ("numpy.nan", "numpy.inf", "math.nan", "math.inf")
        case ast.Call():
            name = facts.resolve(value.func).name or ""
            if name in ("pandas.to_numeric", "pandas.to_datetime", "numpy.arange", "numpy.linspace", "builtins.range"):
                return True
            called = value.func.attr if isinstance(value.func, ast.Attribute) else ""
            typed = called == "astype" and any(getattr(each, "id", "") in ("int", "float") for each in value.args)
            return typed or called in _OF_NUMBERS | _OF_DRAWS or called in ("rand", "randn", "cumsum")
    return False


def _date(value: Any, facts: Any, depth: int = 0) -> bool:
    """Whether code makes dates, and nothing else of them."""
    if isinstance(value, ast.Name):
        values = [binding.value for binding in facts.bindings(value.id, value)]
        return depth < 8 and bool(values) and all(_date(each, facts, depth + 1) for each in values)
    if not isinstance(value, ast.expr):
        return False
    parts = list(ast.walk(value))
    if any(isinstance(part, ast.Attribute) and part.attr in _UNMAKES_DATES for part in parts):
        return False
    named = (part for part in parts if isinstance(part, ast.Name | ast.Attribute))
    return any(facts.resolve(part).name in _MAKES_DATES for part in named)


def _list(value: ast.AST | None, facts: Any) -> bool:
    """Whether code may give a list, a set or a dict, which equal values would share."""
    match value:
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.IfExp():
            return _list(value.body, facts) or _list(value.orelse, facts)
        case ast.Call():
            called = value.func.attr if isinstance(value.func, ast.Attribute) else ""
            return called in _GIVES_LISTS or facts.resolve(value.func).name in _LISTS
    return False


def _plain(value: ast.expr, facts: Any) -> bool:
    """Whether code gives a column numbers or texts: it neither makes nor applies anything that could be a list."""
    if _number(value, facts) or isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.List | ast.Tuple):
        return bool(value.elts) and all(isinstance(each, ast.Constant) for each in value.elts)
    called = value.func.attr if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) else ""
    return called in {"astype", "choice", "lower", "upper", "strip", "replace", "fillna"}


def _objects(facts: Any) -> bool:
    """Whether frames of the script may come from where lists are among the values."""
    words = {
        "read_json",
        "read_pickle",
        "read_parquet",
        "read_feather",
        "json_normalize",
        "agg",
        "aggregate",
        "from_records",
    }
    return any(node.attr in words | {"DataFrame", "from_dict"} for node in facts.nodes(ast.Attribute))
