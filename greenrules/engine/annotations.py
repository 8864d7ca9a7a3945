"""Annotations read as types."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenrules.engine.typespec import Type, Types, builtin, join

if TYPE_CHECKING:
    from greenrules.engine.facts import Facts

_WRAPPERS = ("typing.Annotated", "typing.Final", "typing.ClassVar")


def annotated_types(facts: Facts, node: ast.expr) -> Types:
    """The types an annotation allows, or None when they are not known."""
    match node:
        case ast.Constant(value=None):
            return builtin("NoneType")
        case ast.Constant(value=str()):
            return _quoted(facts, node.value)
        case ast.BinOp(op=ast.BitOr()):
            return join([annotated_types(facts, node.left), annotated_types(facts, node.right)])
        case ast.Subscript():
            return _subscripted(facts, node)
        case ast.Name() | ast.Attribute():
            resolved = facts.resolve(node)
            if resolved.name is not None:
                vague = resolved.name.startswith("typing.") or resolved.name == "builtins.object"
                return frozenset([Type(resolved.name)]) if resolved.certain and not vague else None
            local = facts.classes.local_class(node)
            return frozenset([Type(local.name, local=local)]) if local is not None else None
    return None


def _subscripted(facts: Facts, node: ast.Subscript) -> Types:
    base = facts.resolve(node.value).name
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if base in ("typing.Optional", "typing.Union"):
        extra = [builtin("NoneType")] if base == "typing.Optional" else []
        return join([*(annotated_types(facts, part) for part in inner), *extra])
    if base in _WRAPPERS:
        return annotated_types(facts, inner[0])
    kinds = annotated_types(facts, node.value)
    if kinds is None:
        return None
    element = annotated_types(facts, inner[0]) if len(inner) == 1 or base == "builtins.dict" else None
    items = tuple(annotated_types(facts, part) for part in inner) if base == "builtins.tuple" else None
    return frozenset(Type(kind.name, items, element, kind.local) for kind in kinds)


def _quoted(facts: Facts, text: object) -> Types:
    """A type written as a string: its names are those of the module."""
    try:
        inner = ast.parse(str(text), mode="eval")
    except SyntaxError:
        return None
    name = facts.module_name(inner.body)
    return frozenset([Type(name)]) if name is not None else None
