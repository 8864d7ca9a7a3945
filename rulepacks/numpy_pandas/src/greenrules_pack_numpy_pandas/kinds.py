"""Whether values are seen to be texts, whole numbers or fractions, and whether it shows which of these a number is.

pandas turns whole numbers beside fractions into fractions where it makes a Series of a row, and prints 17.0 for 17.
Where a text stands in the row, too, every value keeps its kind.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from greenrules_pack_numpy_pandas.columns import column_reads, given
from greenrules_pack_numpy_pandas.rows import is_column

Kind = Literal["text", "whole", "fraction"]

_DEPTH = 8
_TEXTS = frozenset({"builtins.str", "builtins.repr", "builtins.input"})
_WHOLE = frozenset({"builtins.len", "builtins.int", "builtins.ord"})
_ROOTS = ("sqrt", "exp", "log", "log10", "log2", "log1p", "sin", "cos", "tan", "tanh", "arctan2", "hypot", "radians")
#: functions of numbers that give fractions, of whichever kind the numbers are
_FRACTIONS = frozenset(
    {"builtins.float", "numpy.mean", "numpy.std", "numpy.float64", "time.time", "time.perf_counter"}
    | {f"numpy.{name}" for name in _ROOTS}
    | {f"math.{name.replace('arctan', 'atan')}" for name in (*_ROOTS, "asin", "acos", "atan", "degrees")}
)
#: what gives the same for 2 and 2.0
_BLIND = _FRACTIONS | {"builtins.int", "builtins.bool"}
#: methods that only texts have, and what only texts and times have
_OF_TEXTS = frozenset(name for name in dir(str) if not name.startswith("_"))
_OF_TIMES = frozenset({"year", "month", "day", "hour", "minute", "second", "weekday", "dayofweek", "date", "strftime"})
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


def kind(node: ast.AST | None, facts: Any, depth: int = 0) -> Kind | None:
    """What a value is seen to be; None where that is not known."""
    if not isinstance(node, ast.expr) or depth > _DEPTH:
        return None
    known = facts.constant(node)
    if known is not None:
        return _of_constant(known.value)
    match node:
        case ast.JoinedStr():
            return "text"
        case ast.Attribute(attr="__name__"):
            return "text"
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return kind(node.operand, facts, depth + 1)
        case ast.BinOp(op=ast.Div()):
            return "fraction"
        case ast.BinOp(op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv()):
            sides = {kind(side, facts, depth + 1) for side in (node.left, node.right)}
            if "fraction" in sides and "text" not in sides:
                return "fraction"
            return sides.pop() if len(sides) == 1 else None
        case ast.Call():
            return _of_call(node, facts, depth)
        case ast.Name():
            return _only(_bound(binding, facts, depth + 1) for binding in facts.bindings(node.id, node))
    return None


def _of_constant(value: Any) -> Kind | None:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return None
    return "whole" if isinstance(value, int) else "fraction" if isinstance(value, float) else None


def _of_call(call: ast.Call, facts: Any, depth: int) -> Kind | None:
    name = facts.resolve(call.func).name or ""
    if name in _TEXTS:
        return "text"
    if name in _WHOLE or (name == "builtins.round" and len(call.args) == 1):
        return "whole"
    if name in ("builtins.round", "builtins.abs") and call.args:
        return kind(call.args[0], facts, depth + 1)
    types = facts.types(call)
    return "fraction" if name in _FRACTIONS or types == {"builtins.float"} else None


def _only(kinds: Iterable[Kind | None]) -> Kind | None:
    """The one kind that all have."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else None


def _bound(binding: Any, facts: Any, depth: int) -> Kind | None:
    """What a name is bound to: a value, or what a loop over a literal, a range or a dict of literals hands out."""
    if binding.kind in ("assign", "annotated") and not binding.path:
        return kind(binding.value, facts, depth)
    if binding.kind not in ("for", "comprehension"):
        return None
    source = binding.value
    if isinstance(source, ast.Call) and facts.resolve(source.func).name == "builtins.range" and not binding.path:
        return "whole"
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and not source.args:
        if source.func.attr == "items" and tuple(binding.path) != (0,):
            return None
        return _of_keys(source.func.value, facts, depth) if source.func.attr in ("items", "keys") else None
    if binding.path:
        rows = [part.elts for part in _elements(source, facts) if isinstance(part, ast.Tuple | ast.List)]
        at = binding.path[0]
        if len(binding.path) > 1 or at < 0:
            return None
        return _only(kind(row[at], facts, depth) if at < len(row) else None for row in rows)
    return _of_keys(source, facts, depth) or _only(kind(part, facts, depth) for part in _elements(source, facts))


def _literal(node: ast.expr, facts: Any) -> ast.expr:
    """A literal, or the one that a name stands for."""
    if isinstance(node, ast.Name):
        values = [binding.value for binding in facts.bindings(node.id, node) if binding.kind == "assign"]
        if len(values) == 1 and isinstance(values[0], ast.expr):
            return values[0]
    return node


def _elements(node: ast.expr, facts: Any) -> Sequence[ast.expr]:
    found = _literal(node, facts)
    return found.elts if isinstance(found, ast.List | ast.Tuple | ast.Set) else ()


def _of_keys(node: ast.expr, facts: Any, depth: int) -> Kind | None:
    found = _literal(node, facts)
    return _only(kind(key, facts, depth) for key in found.keys) if isinstance(found, ast.Dict) else None


def one_kind(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether a row of values keeps their kinds: a text is among them, or all of them are of one kind."""
    kinds = [kind(each, facts) for part in arguments for each in _parts(part)]
    return "text" in kinds or (None not in kinds and len(set(kinds)) == 1) or None


def _parts(code: Any) -> tuple[ast.AST, ...]:
    return code if isinstance(code, tuple) else (code,) if isinstance(code, ast.AST) else ()


def keeps_kinds(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether code does the same with a row's whole numbers as with fractions: it reads a text, too, or none shows.

    Arguments: the code, or the name of a function at the top of the script; the name of the row, if that is not its
    parameter.
    """
    code, *names = arguments
    row: Any = names[0] if names else None
    if isinstance(code, ast.Lambda):
        row, code = code.args.args[0], code.body
    elif isinstance(code, str | ast.Name):
        name = code if isinstance(code, str) else code.id
        found = [node for node in facts.nodes(ast.FunctionDef) if node.name == name]
        if len(found) != 1 or not found[0].args.args:
            return None
        row, code = found[0].args.args[0], tuple(found[0].body)
    row = getattr(row, "id", None) or getattr(row, "arg", row)
    reads = list(_reads(_parts(code), str(row)))
    if any(_text(read, facts) or _of_texts(read, facts) for read in reads):
        return True
    return all(_alike(read, facts, 0) for read in reads) or None


def shows_no_kind(arguments: Sequence[Any], match: Any, facts: Any) -> bool | None:
    """Whether the place of a match does the same with a whole number as with a fraction, or with a text."""
    node = match.node
    if not isinstance(node, ast.Subscript):
        return None
    return _text(node, facts) or _of_texts(node, facts) or _alike(node, facts, 0) or None


def _reads(code: Iterable[ast.AST], row: str) -> Iterator[ast.Subscript]:
    for part in code:
        for node in ast.walk(part):
            if isinstance(node, ast.Subscript) and is_column(node, row):
                yield node


def _of_texts(read: ast.Subscript, facts: Any) -> bool:
    """Whether the column that is read is seen to hold texts: it is given some, or treated as such elsewhere."""
    column = read.slice.value if isinstance(read.slice, ast.Constant) else None
    if not isinstance(column, str):
        return False
    values = list(given(column, facts))
    if values:
        return all(_gives_texts(value, facts) for value in values)
    return any(_text(each, facts) for each in column_reads(column, facts))


def _gives_texts(value: ast.expr, facts: Any) -> bool:
    match value:
        case ast.List() | ast.Tuple():
            kinds = [kind(each, facts) for each in value.elts if not _is_none(each)]
            return bool(kinds) and set(kinds) == {"text"}
        case ast.Call(func=ast.Attribute(attr="choice"), args=[several, *_]):
            return isinstance(several, ast.List | ast.Tuple) and _gives_texts(several, facts)
    return kind(value, facts) == "text"


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _text(read: ast.expr, facts: Any) -> bool:
    """Whether what is read is seen to be a text or a time."""
    parent = facts.parent(read)
    match parent:
        case ast.Attribute():
            return parent.attr in _OF_TEXTS | _OF_TIMES | {"str", "dt"}
        case ast.Compare():
            others = [side for side in (parent.left, *parent.comparators) if side is not read]
            known = [facts.constant(side) for side in others]
            values = [each.value for each in known if each is not None]
            return any(
                isinstance(value, str)
                or (isinstance(value, list | tuple | set | frozenset) and any(isinstance(one, str) for one in value))
                for value in values
            )
        case ast.BinOp(op=ast.Add()):
            return kind(parent.left if parent.right is read else parent.right, facts) == "text"
        case ast.Call():
            return bool(facts.resolve(parent.func).name == "builtins.len")
    return False


def _alike(node: ast.expr, facts: Any, depth: int) -> bool:
    """Whether it does not show if a number is 2 or 2.0: it ends in a fraction, a test, or text of a given format."""
    if depth > _DEPTH:
        return False
    parent = facts.parent(node)
    while isinstance(parent, ast.BinOp | ast.UnaryOp) and not isinstance(getattr(parent, "op", None), ast.Not):
        if isinstance(parent, ast.BinOp):
            if not isinstance(parent.op, _OPERATORS):
                return False
            other = parent.left if parent.right is node else parent.right
            if isinstance(parent.op, ast.Div) or kind(other, facts) == "fraction":
                return True
        node, parent = parent, facts.parent(parent)
    match parent:
        case ast.Compare() | ast.UnaryOp():
            return True
        case ast.If() | ast.While() | ast.IfExp():
            return parent.test is node
        case ast.Subscript():
            return parent.slice is node and isinstance(parent.ctx, ast.Load)
        case ast.FormattedValue(format_spec=ast.JoinedStr(values=[ast.Constant(value=str(spec))])):
            return spec[-1:] in tuple("feg%")
        case ast.Call():
            name = facts.resolve(parent.func).name
            return name in _BLIND or (name == "builtins.round" and len(parent.args) == 1)
        case ast.List() | ast.Tuple():
            outer = facts.parent(parent)
            mapped = isinstance(outer, ast.Call) and facts.resolve(outer.func).name == "builtins.map"
            return bool(mapped and facts.resolve(outer.args[0]).name in _BLIND)
        case ast.AugAssign(target=ast.Name()):
            return isinstance(parent.op, ast.Div) or _begins_as_fraction(parent, facts)
        case ast.Assign(targets=[ast.Name() as target]):
            loads = [use for use in facts.named(target.id) if isinstance(use.ctx, ast.Load)]
            return bool(loads) and all(_text(use, facts) or _alike(use, facts, depth + 1) for use in loads)
    return False


def _begins_as_fraction(statement: ast.AugAssign, facts: Any) -> bool:
    target = statement.target
    if not isinstance(target, ast.Name):
        return False
    others = [binding for binding in facts.scope(target).bindings.get(target.id, ()) if binding.kind != "augmented"]
    return bool(others) and all(_bound(binding, facts, 0) == "fraction" for binding in others)
