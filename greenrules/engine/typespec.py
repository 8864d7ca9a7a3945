"""Types as the engine sees them, and the form in which packs write the type a call returns."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

SpecKind = Literal["type", "union", "self", "argument", "twice", "unknown"]
_META = re.compile(r"\$(\.\.\.)?([A-Z_][A-Z0-9_]*)")
_UNKNOWN_NAMES = frozenset({"Any", "typing.Any", "unknown", "object"})


@dataclass(frozen=True)
class Type:
    """A type.

    Attributes:
        name: qualified name, ``builtins.list``; of a class of the script, its bare name.
        items: of a tuple, the types of its elements where each is known by its place.
        element: what iterating over it gives.
        local: the class of the script that it is.
    """

    name: str
    items: tuple[Types, ...] | None = None
    element: Types = None
    local: ast.ClassDef | None = None


#: the types a value may have; None when they are not known
Types = frozenset[Type] | None
#: no value at all: the start of a computation that goes in circles
NEVER: frozenset[Type] = frozenset()


def builtin(name: str, element: Types = None, items: tuple[Types, ...] | None = None) -> frozenset[Type]:
    """A builtin type."""
    return frozenset([Type(f"builtins.{name}", items, element)])


def join(parts: Iterable[Types]) -> Types:
    """The types of a value that may be any of several; not known as soon as one is not."""
    found: set[Type] = set()
    for part in parts:
        if part is None:
            return None
        found |= part
    return frozenset(found)


@dataclass(frozen=True)
class Spec:
    """A parsed return type.

    Attributes:
        kind: ``type``; ``union`` of ``parts``; ``self`` the receiver's; ``argument`` that of an argument;
            ``twice`` a tuple with the type of each positional argument twice; ``unknown``.
        name: of a type, or of the metavariable.
        parts: what stands in brackets, or the members of a union.
    """

    kind: SpecKind
    name: str = ""
    parts: tuple[Spec, ...] = ()


_NOT_KNOWN = Spec("unknown")


@lru_cache(maxsize=4096)
def parse_spec(text: str) -> Spec:
    """A return type from its text.

    ``lib.Frame``, ``A | B``, ``tuple[A, B]``, ``list[A]``, ``self``, ``$X`` (the type of that argument) and
    ``twice each of $...A``. What is none of these is not known.
    """
    text = text.strip()
    if text.startswith("twice each of"):
        return Spec("twice")
    if text in ("self", "same"):
        return Spec("self")
    try:
        tree = ast.parse(_META.sub(r"_meta_\2", text.removeprefix("type of ")), mode="eval").body
    except SyntaxError:
        return _NOT_KNOWN
    return _spec(tree)


def _spec(node: ast.expr) -> Spec:
    match node:
        case ast.Constant(value=None):
            return Spec("type", "builtins.NoneType")
        case ast.BinOp(op=ast.BitOr()):
            return Spec("union", parts=(_spec(node.left), _spec(node.right)))
        case ast.Subscript():
            base = _spec(node.value)
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return Spec("type", base.name, tuple(_spec(part) for part in inner)) if base.kind == "type" else _NOT_KNOWN
        case ast.Tuple():
            return Spec("type", "builtins.tuple", tuple(_spec(part) for part in node.elts))
        case ast.Name() if node.id.startswith("_meta_"):
            return Spec("argument", "$" + node.id.removeprefix("_meta_"))
        case ast.Name() | ast.Attribute():
            name = ast.unparse(node)
            if name in _UNKNOWN_NAMES:
                return _NOT_KNOWN
            return Spec("type", f"builtins.{name}" if hasattr(builtins, name) else name)
    return _NOT_KNOWN


def is_subclass(name: str, qualified: str) -> bool | None:
    """Whether a builtin class is a subclass of another; None when ``name`` is no builtin class."""
    if not name.startswith("builtins."):
        return None
    known = type(None) if name == "builtins.NoneType" else getattr(builtins, name.removeprefix("builtins."), None)
    if not isinstance(known, type):
        return None
    return any(f"{base.__module__}.{base.__name__}" == qualified for base in known.__mro__)


#: builtin functions and what they return
BUILTIN_RETURNS = {
    "len": "int",
    "ord": "int",
    "hash": "int",
    "id": "int",
    "chr": "str",
    "repr": "str",
    "ascii": "str",
    "format": "str",
    "input": "str",
    "bin": "str",
    "hex": "str",
    "oct": "str",
    "isinstance": "bool",
    "issubclass": "bool",
    "callable": "bool",
    "hasattr": "bool",
    "any": "bool",
    "all": "bool",
    "print": "NoneType",
    "setattr": "NoneType",
    "delattr": "NoneType",
    "divmod": "tuple",
    "vars": "dict",
    "globals": "dict",
    "locals": "dict",
    "dir": "list",
}
#: methods of builtin types whose result is of a known type; ``self`` for the receiver's own
BUILTIN_METHODS = {
    "str": {
        **dict.fromkeys(
            ["lower", "upper", "strip", "lstrip", "rstrip", "replace", "format", "join", "title", "capitalize"], "str"
        ),
        **dict.fromkeys(["split", "rsplit", "splitlines"], "list[str]"),
        **dict.fromkeys(["startswith", "endswith", "isdigit", "isalpha"], "bool"),
        **dict.fromkeys(["find", "count", "index"], "int"),
        "encode": "bytes",
    },
    "list": {"copy": "self", "index": "int", "count": "int"},
    "dict": {"copy": "self"},
    "set": dict.fromkeys(["copy", "union", "intersection", "difference"], "self"),
    "tuple": {"index": "int", "count": "int"},
    "bytes": {"decode": "str"},
}
