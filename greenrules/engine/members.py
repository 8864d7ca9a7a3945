"""What values of a type give: attributes, results of methods, elements and parts.

Packs declare it, the table of builtins has it, and of the script's own classes their code says it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.callees import CallShape, fits_index
from greenrules.engine.typespec import BUILTIN_METHODS, Spec, Type, Types, builtin, join, parse_spec

if TYPE_CHECKING:
    from greenrules.engine.inference import Inference


def declared_value(inference: Inference, name: str) -> Types:
    """The types of a name that is not called, ``lib.constant``, as packs declare it."""
    for _, spec in inference.facts.knowledge.return_table.find(name, called=False):
        return spec_types(inference, parse_spec(spec), None, None, None)
    return None


def attribute_types(inference: Inference, kind: Type, attribute: str) -> Types:
    """What an attribute of a type holds."""
    if kind.local is not None:
        values = inference.facts.classes.attribute_values(kind.local, attribute)
        if values is None:
            return None
        return inference.cycle((kind.local, attribute), lambda: join(inference.types(value) for value in values))
    for name in inference.facts.knowledge.ancestors(kind.name):
        for _, spec in inference.facts.knowledge.return_table.find(f"{name}.{attribute}", called=False):
            return spec_types(inference, parse_spec(spec), kind, None, None)
    return None


def method_types(
    inference: Inference, kind: Type, attribute: str, call: ast.Call | None, subscript: ast.Subscript | None
) -> Types:
    """What a method of a type returns, an operator or subscript given as its special method."""
    if kind.local is not None:
        method = inference.facts.classes.method(kind.local, attribute)
        return inference.returned(method) if method is not None else None
    plain = kind.name.removeprefix("builtins.")
    if (spec := BUILTIN_METHODS.get(plain, {}).get(attribute)) and plain != kind.name:
        return spec_types(inference, parse_spec(spec), kind, call, None)
    for name in inference.facts.knowledge.ancestors(kind.name):
        for shape, text in inference.facts.knowledge.return_table.find(f"{name}.{attribute}", called=True):
            if (call is None or inference.facts.fits(shape, call)) and fits_index(shape, subscript):
                return spec_types(inference, parse_spec(text), kind, call, shape)
    return None


def spec_types(
    inference: Inference, spec: Spec, receiver: Type | None, call: ast.Call | None, shape: CallShape | None
) -> Types:
    """The types that a declared type stands for, where it was declared of this receiver or of this call."""
    match spec.kind:
        case "type":
            parts = tuple(spec_types(inference, part, receiver, call, shape) for part in spec.parts)
            if spec.name == "builtins.tuple":
                return frozenset([Type(spec.name, parts or None, join(parts) if parts else None)])
            name = inference.facts.knowledge.canonical(spec.name)
            return frozenset([Type(name, None, parts[0] if parts else None)])
        case "union":
            return join(spec_types(inference, part, receiver, call, shape) for part in spec.parts)
        case "self":
            return frozenset([receiver]) if receiver is not None else None
        case "argument":
            place = dict(shape.positions).get(spec.name) if shape is not None else None
            if place is None or call is None or place >= len(call.args) or starred(call):
                return None
            return inference.types(call.args[place])
        case "twice":
            if call is None or starred(call):
                return None
            items = tuple(inference.types(arg) for arg in call.args for _ in range(2))
            return builtin("list", None, items)
    return None


def element_types(inference: Inference, iterable: ast.expr | None, path: tuple[int, ...]) -> Types:
    """What iterating over an expression gives, or a part of that, by unpacking."""
    if iterable is None:
        return None
    types = inference.types(iterable)
    if types is None:
        return None
    return part_types(join(_iterated(inference, kind) for kind in types), path)


def _iterated(inference: Inference, kind: Type) -> Types:
    if kind.name in ("builtins.str", "builtins.bytes"):
        return builtin("str" if kind.name == "builtins.str" else "int")
    if kind.name.startswith("builtins.") or kind.element is not None:
        return kind.element
    return method_types(inference, kind, "__iter__", None, None)


def indexed_types(inference: Inference, kind: Type, expr: ast.Subscript) -> Types:
    """What a subscript of a value of a type gives."""
    sliced = isinstance(expr.slice, ast.Slice)
    if kind.name in ("builtins.str", "builtins.range") and sliced:
        return frozenset([kind])
    if kind.name == "builtins.str":
        return builtin("str")
    if kind.name in ("builtins.list", "builtins.tuple"):
        if sliced:
            return builtin(kind.name.removeprefix("builtins."), kind.element)
        index = expr.slice.value if isinstance(expr.slice, ast.Constant) else None
        if isinstance(index, int) and kind.items is not None:
            return _item(kind, index)
        return kind.element
    return method_types(inference, kind, "__getitem__", None, expr)


def part_types(types: Types, path: tuple[int, ...]) -> Types:
    """The types of a part of a value, by unpacking: places from the outside in, -1 for what ``*rest`` takes."""
    for index in path:
        if types is None:
            return None
        if index == -1:
            return builtin("list")
        types = join(_item(kind, index) for kind in types)
    return types


def _item(kind: Type, index: int) -> Types:
    if kind.items is not None:
        return kind.items[index] if -len(kind.items) <= index < len(kind.items) else None
    return kind.element


def starred(node: ast.Tuple | ast.List | ast.Call) -> bool:
    """Whether there is a ``*`` among the arguments or elements, so that places are not known."""
    parts = node.args if isinstance(node, ast.Call) else node.elts
    return any(isinstance(part, ast.Starred) for part in parts)
