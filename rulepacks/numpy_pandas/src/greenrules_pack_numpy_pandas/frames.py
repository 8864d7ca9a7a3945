"""What is known of data frames without running the script: masks, columns that are read, default indices."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

#: Changes in place that leave the rows and their numbers as they are.
_KEEPS_ROWS = frozenset({"fillna", "replace", "ffill", "bfill", "clip", "where", "mask"})
_TESTS = frozenset({"isin", "isna", "isnull", "notna", "notnull", "between", "duplicated"})
#: What texts and times have, and neither columns nor groups of values.
_OF_ONE_VALUE = frozenset(
    {
        "lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "split", "startswith", "endswith",
        "year", "month", "day", "hour", "minute", "second", "dayofweek", "dayofyear", "quarter", "weekday",
    }
)  # fmt: skip
#: Libraries whose frames have methods of pandas' names.
_LOOK_ALIKE = frozenset(
    {
        "cudf", "dask", "databricks", "fireducks", "geopandas", "koalas", "modin", "polars", "pyspark", "snowflake",
        "vaex", "xarray",
    }
)  # fmt: skip


def used_as_frame(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether an expression of unknown type can only be a frame of pandas, because of how the match uses it.

    For what only frames have: ``iterrows``, ``apply`` with ``axis=1`` of a function that reads columns by name, columns
    of a ``groupby``, a column with ``unique()``. The parameter of a function is such an expression. Argument: the
    expression.
    """
    frame = arguments[0]
    return (_kept(frame) and _pandas_alone(frame, facts)) or None


def _kept(frame: Any) -> bool:
    """Whether code is a name, an entry of one, or an attribute of an object's own: not what a frame's method gives."""
    match frame:
        case ast.Name() | ast.Subscript(value=ast.Name()) | ast.Attribute(value=ast.Name(id="self")):
            return True
    return False


def used_as_column(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether ``frame["column"]`` of unknown type can only be a column, because of what a function asks of its values.

    ``column.apply(lambda value: ...)`` compares each value to choose, or asks it for what texts and times alone have; a
    group of values would refuse both. Argument: the column.
    """
    column, call = arguments[0], match.node
    function = call.args[0] if isinstance(call, ast.Call) and len(call.args) == 1 else None
    if not isinstance(function, ast.Lambda) or len(function.args.args) != 1:
        return None
    if not isinstance(column, ast.Subscript) or not _kept(column.value):
        return None
    if not any(_asks_one_value(node, function.args.args[0].arg) for node in ast.walk(function.body)):
        return None
    key = facts.constant(column.slice)
    return (key is not None and isinstance(key.value, str) and _pandas_alone(column, facts)) or None


def _asks_one_value(node: ast.AST, name: str) -> bool:
    match node:
        case ast.IfExp(test=ast.Compare(left=ast.Name(id=asked))):
            return asked == name
        case ast.Attribute(value=ast.Name(id=asked), attr=attribute):
            return asked == name and attribute in _OF_ONE_VALUE
    return False


def _pandas_alone(node: ast.expr, facts: Any) -> bool:
    """Whether nothing is known of an expression's type, and pandas is the only library whose frames it can hold."""
    if facts.types(node) is not None:
        return False
    imported = facts.remembered("numpy_pandas.imported", lambda: _imported(facts))
    return "pandas" in imported and not imported & _LOOK_ALIKE


def _imported(facts: Any) -> frozenset[str]:
    """The top of every module that the script imports."""
    names = {alias.name for node in facts.nodes(ast.Import) for alias in node.names}
    names |= {node.module for node in facts.nodes(ast.ImportFrom) if node.module and not node.level}
    return frozenset(name.partition(".")[0] for name in names)


def row_mask(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a mask is made of tests of columns of the frame that it selects from. Arguments: the mask, the frame."""
    mask, frame = arguments
    return (isinstance(mask, ast.expr) and mask_of(mask, ast.unparse(frame), facts)) or None


def mask_of(node: ast.expr, frame: str, facts: Any) -> bool:
    """Whether an expression is made of tests of columns of a frame, which is given as text."""

    def column(part: ast.expr) -> bool:
        if isinstance(part, ast.Subscript):
            key = facts.constant(part.slice)
            return ast.unparse(part.value) == frame and key is not None and isinstance(key.value, str)
        return isinstance(part, ast.Attribute) and ast.unparse(part.value) == frame

    match node:
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return mask_of(node.left, frame, facts) and mask_of(node.right, frame, facts)
        case ast.UnaryOp(op=ast.Invert()):
            return mask_of(node.operand, frame, facts)
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            return column(node.left)
        case ast.Call(func=ast.Attribute(attr=attr, value=value)):
            return attr in _TESTS and column(value)
    return False


def columns_read(arguments: Sequence[Any], match: Any, facts: Any) -> str | bool | None:
    """The columns of a frame that a script reads, as code of a list; False where it does more with the frame.

    Argument: the name that the frame is assigned to, once. Every use of it is ``frame["column"]``,
    ``frame[["one", "two"]]``, or such a selection of rows by a mask of columns.
    """
    name = arguments[0]
    if not isinstance(name, ast.Name):
        return None
    owner = facts.scope(name)
    bindings = [b for b in owner.bindings.get(name.id, ()) if b.kind != "delete"]
    if len(bindings) != 1 or owner.kind != "module":
        return None
    columns: dict[str, None] = {}
    made: set[str] = set()
    uses = facts.named(name.id)
    for use in sorted(uses, key=lambda node: (node.lineno, node.col_offset)):
        if use is bindings[0].node:
            continue
        parent = facts.parent(use)
        if not isinstance(parent, ast.Subscript) or parent.value is not use:
            return False
        if isinstance(parent.ctx, ast.Store):
            key = facts.constant(parent.slice)
            if key is None or not isinstance(key.value, str):
                return False
            made.add(key.value)
            continue
        found = _columns(parent, name.id, facts)
        if found is None:
            return False
        columns.update(dict.fromkeys(found))
    if not columns or made:
        return False
    return "[" + ", ".join(_quoted(each) for each in columns) + "]"


def _columns(read: ast.Subscript, frame: str, facts: Any) -> list[str] | None:
    """The columns that ``frame[...]`` reads; none for a mask that is followed by a choice of columns."""
    known = facts.constant(read.slice)
    if known is not None:
        if isinstance(known.value, str):
            return [known.value]
        if isinstance(read.slice, ast.List) and all(isinstance(each, str) for each in known.value):
            return list(known.value)
        return None
    outer = facts.parent(read)
    if mask_of(read.slice, frame, facts) and isinstance(outer, ast.Subscript) and outer.value is read:
        return _columns(outer, frame, facts)
    return None


def _quoted(text: str) -> str:
    return repr(text) if '"' in text or "\\" in repr(text) else f'"{text}"'


def members(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether collections hold numbers alone, or texts alone: what is looked up in them is found alike by everyone."""
    kinds = set()
    for each in arguments:
        known = facts.constant(each) if isinstance(each, ast.expr) else None
        if known is None:
            return None
        if not isinstance(known.value, list | tuple | set | frozenset) or not known.value:
            return False
        kinds |= {_kind(value) for value in known.value}
    return len(kinds) == 1 and None not in kinds


def _kind(value: Any) -> str | None:
    if isinstance(value, bool) or (isinstance(value, float) and value != value):
        return None
    return "number" if isinstance(value, int | float) else "text" if isinstance(value, str) else None


def texts(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether every argument is a known text of its own, not empty."""
    known = [facts.constant(each) if isinstance(each, ast.expr) else None for each in arguments]
    if any(each is None for each in known):
        return None
    return all(isinstance(each.value, str) and each.value for each in known if each is not None)


def scalars(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether every argument is a known number or text, all of one kind."""
    kinds = set()
    for each in arguments:
        known = facts.constant(each) if isinstance(each, ast.expr) else None
        if known is None:
            return None
        kinds.add(_kind(known.value) and type(known.value))
    return len(kinds) == 1 and None not in kinds


def numbered(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the rows of a frame are seen to be numbered from zero. Argument: the name that it is assigned to."""
    name = arguments[0]
    if not isinstance(name, ast.Name):
        return None
    bindings = facts.scope(name).bindings.get(name.id, ())
    if len(bindings) != 1 or bindings[0].kind != "assign" or bindings[0].path:
        return None
    if not _counts_rows(bindings[0].value, facts):
        return None
    return not any(_may_renumber(use, facts) for use in facts.named(name.id)) or None


def several_levels(arguments: Sequence[Any], match: Any, facts: Any) -> bool:
    """Whether the script makes labels of several levels, of which one alone names many rows."""
    return bool(facts.remembered("numpy_pandas.several_levels", lambda: _several_levels(facts)))


def _several_levels(facts: Any) -> bool:
    if facts.source.mentions("MultiIndex"):
        return True
    for call in facts.nodes(ast.Call):
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("keys", "by", "index"))]
        if method in ("set_index", "groupby", "pivot_table") and any(isinstance(each, ast.List) for each in given):
            return True
        if any(word.arg == "index_col" and isinstance(word.value, ast.List) for word in call.keywords):
            return True
    return False


def _counts_rows(made: Any, facts: Any) -> bool:
    """Whether what makes a frame numbers its rows."""
    if not isinstance(made, ast.Call):
        return False
    words = {word.arg: facts.constant(word.value) for word in made.keywords}
    called = facts.resolve(made.func).name
    if called == "pandas.read_csv":
        return "index_col" not in words and None not in words
    if called == "pandas.DataFrame":
        columns = made.args[0].values if len(made.args) == 1 and isinstance(made.args[0], ast.Dict) else []
        return bool(columns) and "index" not in words and all(_without_index(each, facts) for each in columns)
    anew = words.get("ignore_index")
    if anew is not None and anew.value is True:
        return True
    again = isinstance(made.func, ast.Attribute) and made.func.attr == "reset_index" and not made.args
    return again and set(words) <= {"drop"}


def _without_index(column: ast.expr, facts: Any) -> bool:
    """Whether a column comes without numbers of its own: a list, an array, or what is computed of arrays."""
    if isinstance(column, ast.List | ast.ListComp) or facts.types(column) == {"numpy.ndarray"}:
        return True
    match column:
        case ast.Compare(left=one, comparators=[other]) | ast.BinOp(left=one, right=other):
            arrays = [_without_index(each, facts) for each in (one, other)]
            return any(arrays) and None not in (arrays[0] or facts.constant(one), arrays[1] or facts.constant(other))
    return False


def _may_renumber(use: ast.Name, facts: Any) -> bool:
    """Whether a use of a frame may change its rows in place."""
    parent = facts.parent(use)
    if isinstance(parent, ast.Call) and use in parent.args:
        return facts.classes.local_function(parent.func) is not None
    if isinstance(parent, ast.Attribute):
        call = facts.parent(parent)
        if parent.attr == "index":
            return isinstance(parent.ctx, ast.Store)
        if parent.attr in ("loc", "at"):
            return isinstance(call, ast.Subscript) and isinstance(call.ctx, ast.Store | ast.Del)
        if isinstance(call, ast.Call) and call.func is parent:
            return parent.attr not in _KEEPS_ROWS and any(word.arg in ("inplace", None) for word in call.keywords)
    return isinstance(use.ctx, ast.Del)


def by_number(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code reads a column's values one by one: at the place that a loop over a range counts, or next to it.

    Arguments: the frame's name, the column's, the code.
    """
    frame, column, code = arguments
    wanted = column if isinstance(column, str) else getattr(column, "value", None)
    if not isinstance(wanted, str):
        return None
    nodes = [node for part in (code if isinstance(code, tuple) else (code,)) for node in ast.walk(part)]
    places = [place for node in nodes if (place := _place(node, frame.id, wanted)) is not None]
    return all(_whole(place, facts) for place in places) or None


def _place(node: ast.AST, frame: str, column: str) -> ast.expr | None:
    """What stands between the brackets of a read of a column's values."""

    def is_column(part: ast.AST) -> bool:
        return ast.unparse(part) == f"{frame}[{column!r}]"

    match node:
        case ast.Subscript(value=ast.Attribute(value=inner, attr="iloc" | "iat" | "loc" | "at")) if is_column(inner):
            return node.slice
        case ast.Subscript(value=ast.Subscript() as inner) if is_column(inner):
            return node.slice
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="loc" | "at"),
            slice=ast.Tuple(elts=[row, ast.Constant(value=read)]),
        ) if (name, read) == (frame, column):
            return row
    return None


def _whole(place: ast.expr, facts: Any) -> bool:
    match place:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _whole(place.left, facts) and isinstance(_known(place.right, facts), int)
        case ast.Name():
            made = facts.bindings(place.id, place)
            return bool(made) and all(_counts(each, facts) for each in made)
    return False


def _known(node: ast.expr, facts: Any) -> Any:
    known = facts.constant(node)
    return None if known is None else known.value


def _counts(binding: Any, facts: Any) -> bool:
    """Whether a name is bound by a loop over a range."""
    call = binding.value
    loops = binding.kind in ("for", "comprehension") and not binding.path and isinstance(call, ast.Call)
    return bool(loops and facts.resolve(call.func).name == "builtins.range")
