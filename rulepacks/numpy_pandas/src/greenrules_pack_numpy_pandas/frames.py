"""What is known of data frames without running the script: masks, columns that are read, default indices."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

_TESTS = frozenset({"isin", "isna", "isnull", "notna", "notnull", "between", "duplicated"})


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
