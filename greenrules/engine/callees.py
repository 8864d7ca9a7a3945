"""Call shapes: the simple form of pattern in which a pack says what calls return and which are pure.

``lib.read(...)``, ``lib.linalg.$F(...)``, ``$M.predict(...)``, ``lib.split($...A, random_state=$S)``: a dotted
name whose parts may be metavariables, and arguments of which only the named ones matter. A part that is a metavariable
stands for any one name, a first part that is one stands for any receiver.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Index = Literal["", "string", "list", "slice", "mask"]

#: part of a callee's name that stands for any name
ANY = "*"
#: receiver of which no type is known; only a metavariable matches it
UNKNOWN_RECEIVER = "?"

_META = re.compile(r"\$(?:\.\.\.)?(?:[A-Z_][A-Z0-9_]*)?")
_SUBSCRIPT = re.compile(r"([\w$.]+)\[(.*)\]", re.DOTALL)
_DOTTED = re.compile(r"[A-Za-z_*][A-Za-z0-9_]*(?:\.[A-Za-z_*][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Required:
    """A keyword that the call must give; ``literal`` narrows its value, None takes any."""

    name: str
    literal: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class CallShape:
    """A parsed call shape.

    Attributes:
        parts: the dotted name, ``*`` for a metavariable.
        called: False for an attribute (``lib.Frame.values``).
        required: keywords the call must give.
        positions: metavariable → index of the positional argument it stands for.
        index: of a subscript, the kind of index it is for; empty for any.
        least: how many positional arguments it names.
    """

    parts: tuple[str, ...]
    called: bool
    required: tuple[Required, ...] = ()
    positions: tuple[tuple[str, int], ...] = ()
    index: Index = ""
    least: int = 0

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.parts)


def parse_shape(text: str) -> CallShape | None:
    """A call shape from its text, or None when the text is a richer pattern than this form knows.

    ``lib.Frame[...]`` is the method ``lib.Frame.__getitem__``; ``lib.Frame["..."]``, ``lib.Frame[[...]]``,
    ``lib.Frame[$A:$B]`` and ``lib.Frame[$A == $B]`` are the same for a string, a list, a slice and a mask only: what
    is compared, or joined of comparisons by ``&``, ``|`` and ``~``.
    """
    text = text.strip()
    if subscript := _SUBSCRIPT.fullmatch(text):
        shape = parse_shape(subscript.group(1) + ".__getitem__(...)")
        return None if shape is None else replace(shape, index=_index(subscript.group(2).strip()))
    head, bracket, rest = text.partition("(")
    dotted = _META.sub(ANY, head.strip())
    if not _DOTTED.fullmatch(dotted):
        return None
    parts = tuple(dotted.split("."))
    if not bracket:
        return CallShape(parts, called=False)
    metas: list[str] = []

    def number(found: re.Match[str]) -> str:
        metas.append(found.group())
        return f"_meta_{len(metas) - 1}"

    try:
        call = ast.parse("_(" + _META.sub(number, rest), mode="eval").body
    except SyntaxError:
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
        return None
    required = tuple(
        Required(keyword.arg, None if _meta(keyword.value, metas) else keyword.value)
        for keyword in call.keywords
        if keyword.arg is not None
    )
    positions = tuple(
        (meta, index) for index, argument in enumerate(call.args) if (meta := _meta(argument, metas)) is not None
    )
    least = sum(not meta.startswith(("...", "$...")) for meta, _ in positions)
    return CallShape(parts, True, required, positions, least=least)


def _index(text: str) -> Index:
    if text.startswith(("'", '"')):
        return "string"
    if text.startswith("["):
        return "list"
    if "==" in text:
        return "mask"
    return "slice" if ":" in text else ""


def _meta(node: ast.expr, metas: list[str]) -> str | None:
    if isinstance(node, ast.Constant) and node.value is ...:
        return "..."
    if isinstance(node, ast.Name) and node.id.startswith("_meta_"):
        return metas[int(node.id.removeprefix("_meta_"))]
    return None


def fits_index(shape: CallShape, subscript: ast.Subscript | None) -> bool:
    """Whether a subscript has the kind of index that a call shape wants."""
    if not shape.index or subscript is None:
        return not shape.index
    index = subscript.slice
    return {
        "string": isinstance(index, ast.Constant) and isinstance(index.value, str),
        "list": isinstance(index, ast.List),
        "slice": isinstance(index, ast.Slice),
        "mask": _is_mask(index),
    }[shape.index]


def _is_mask(index: ast.expr) -> bool:
    """Whether an index compares: it picks rows, never one column."""
    match index:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
            return _is_mask(index.left) or _is_mask(index.right)
        case ast.UnaryOp(op=ast.Invert()):
            return _is_mask(index.operand)
    return False


@dataclass(frozen=True)
class ShapeTable(Generic[T]):
    """Call shapes with a value each, found by dotted name.

    Attributes:
        exact: dotted name → its entries.
        wild: last part of the name → entries that have a metavariable.
    """

    exact: Mapping[str, tuple[tuple[CallShape, T], ...]]
    wild: Mapping[str, tuple[tuple[CallShape, T], ...]]

    @classmethod
    def build(cls, entries: Iterable[tuple[str, T]]) -> ShapeTable[T]:
        """A table of all entries whose text is a call shape; of two equal shapes the first stands first."""
        exact: dict[str, list[tuple[CallShape, T]]] = {}
        wild: dict[str, list[tuple[CallShape, T]]] = {}
        for text, value in entries:
            shape = parse_shape(text)
            if shape is None:
                continue
            if ANY in shape.parts:
                wild.setdefault(shape.parts[-1], []).append((shape, value))
            else:
                exact.setdefault(shape.name, []).append((shape, value))
        return cls({k: tuple(v) for k, v in exact.items()}, {k: tuple(v) for k, v in wild.items()})

    def find(self, name: str, *, called: bool) -> Iterator[tuple[CallShape, T]]:
        """Entries for a dotted name, those without metavariables first."""
        for shape, value in self.exact.get(name, ()):
            if shape.called == called:
                yield shape, value
        if not self.wild:
            return
        parts = name.split(".")
        for last in (parts[-1], ANY):
            for shape, value in self.wild.get(last, ()):
                if shape.called == called and _covers(shape.parts, parts):
                    yield shape, value

    def __bool__(self) -> bool:
        return bool(self.exact or self.wild)


def _covers(shape: tuple[str, ...], parts: list[str]) -> bool:
    if shape[0] == ANY and len(parts) > len(shape):
        parts = [ANY, *parts[len(parts) - len(shape) + 1 :]]
    return len(shape) == len(parts) and all(wanted in (ANY, part) for wanted, part in zip(shape, parts, strict=True))
