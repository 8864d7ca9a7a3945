"""The arguments of a call as text: taking some out and putting others in, with commas, comments and layout right."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from greenrules.engine.edits import Edit, Keep, Piece, Refusal, replace
from greenrules.engine.source import Source
from greenrules.engine.tokens import comments, find, line_end, line_start, margin, next_line

Argument = ast.expr | ast.keyword


class Item(NamedTuple):
    """One argument where it stands.

    Attributes:
        node: its node.
        start: its first character, ``name=``, stars and parentheses included.
        end: one past its last character.
        comma: offset of the comma after it, None where there is none.
    """

    node: Argument
    start: int
    end: int
    comma: int | None

    @property
    def after(self) -> int:
        """One past the argument and its comma."""
        return self.end if self.comma is None else self.comma + 1


@dataclass(frozen=True)
class ArgumentList:
    """The arguments of a call in source order, and the offsets of its parentheses."""

    text: str
    newline: str
    opening: int
    closing: int
    items: tuple[Item, ...]
    lone_generator: bool

    @classmethod
    def of(cls, source: Source, call: ast.Call) -> ArgumentList | Refusal:
        """Read the argument list of a call; refused where the text is not what the tree says."""
        text = source.text
        _, end = source.span(call)
        opening = find(text, "open", source.outer_span(call.func)[1], end)
        closing = end - 1
        if opening is None or text[opening] != "(" or text[closing] != ")":
            return Refusal("the call's parentheses cannot be found")
        nodes: list[Argument] = sorted([*call.args, *call.keywords], key=lambda node: (node.lineno, node.col_offset))
        lone = len(nodes) == 1 and isinstance(nodes[0], ast.GeneratorExp) and source.span(nodes[0])[0] <= opening
        spans = [source.outer_span(node) for node in nodes]
        if lone:
            spans = [(opening + 1, closing)]
        bounds = [*(start for start, _ in spans[1:]), closing][: len(spans)]
        items = []
        for node, (start, stop), bound in zip(nodes, spans, bounds, strict=True):
            if not opening < start <= stop <= bound <= closing:
                return Refusal("the call's arguments cannot be found in the text")
            if isinstance(node, ast.keyword) and node.arg is not None:
                stop = max(stop, source.outer_span(node.value)[1])
            items.append(Item(node, start, stop, find(text, "comma", stop, bound)))
        return cls(text, source.newline, opening, closing, tuple(items), lone)

    def index(self, node: ast.AST) -> int | None:
        """The place of an argument by its node, or by the node of its value."""
        for number, item in enumerate(self.items):
            if item.node is node or getattr(item.node, "value", None) is node:
                return number
        return None

    def value_span(self, source: Source, index: int) -> tuple[int, int]:
        """The span of an argument's value, its parentheses included."""
        item = self.items[index]
        if isinstance(item.node, ast.keyword):
            return source.outer_span(item.node.value)[0], item.end
        return item.start, item.end

    @property
    def stacked(self) -> bool:
        """Whether every argument begins a line of its own."""
        return bool(self.items) and all(_begins_line(self.text, item.start) for item in self.items)

    def remove(self, gone: Set[int]) -> list[Edit]:
        """Edits that take arguments out."""
        edits: list[Edit] = []
        if gone and len(gone) == len(self.items) and not comments(self.text, self.opening, self.closing):
            return [replace(self.opening + 1, self.closing)]
        for first, last in _runs(sorted(gone)):
            edits += self._remove_run(first, last)
        return edits

    def _remove_run(self, first: int, last: int) -> Iterator[Edit]:
        text, head, tail = self.text, self.items[first], self.items[last]
        final = last == len(self.items) - 1
        rest = text[tail.after : line_end(text, tail.after)].strip()
        if _begins_line(text, head.start) and (not rest or rest.startswith("#")):
            yield self._remove_lines(head, tail)
            if final and tail.comma is None and first > 0:
                yield from self._drop_comma(first - 1)
            return
        if not final:
            following = self.items[last + 1]
            same_line = not _has_newline(text, tail.after, following.start)
            if not comments(text, tail.after, following.start) and (same_line or first == 0):
                yield self._without(head.start, following.start)
                return
            yield self._without(self._gap_start(first), tail.after)
            return
        if first == 0:
            yield self._without(head.start, tail.after)
        elif tail.comma is not None:
            yield self._without(self._gap_start(first), tail.after)
        elif comments(text, self.items[first - 1].end, head.start):
            yield from self._drop_comma(first - 1)
            yield self._without(head.start, tail.end)
        else:
            yield self._without(self.items[first - 1].end, tail.end)

    def _gap_start(self, index: int) -> int:
        """Where taking out an argument begins: after the comma before it, unless a comment stands between."""
        start = self.items[index].start
        before = self.items[index - 1].after if index else self.opening + 1
        return start if comments(self.text, before, start) or index == 0 else before

    def _remove_lines(self, head: Item, tail: Item) -> Edit:
        """Take out whole lines; their comments stay, each on a line of its own."""
        start, end = line_start(self.text, head.start), next_line(self.text, tail.after)
        lead = self.text[start : head.start]
        pieces: list[Piece] = []
        for comment in comments(self.text, start, end):
            pieces += [lead, Keep(comment.start, comment.end), self.newline]
        return replace(start, end, *pieces)

    def _without(self, start: int, end: int) -> Edit:
        return replace(start, end)

    def _drop_comma(self, index: int) -> Iterator[Edit]:
        comma = self.items[index].comma
        if comma is not None:
            yield replace(comma, comma + 1)

    def insert(self, after: int | None, new: Sequence[tuple[Piece, ...]], gone: Set[int] = frozenset()) -> list[Edit]:
        """Edits that put arguments in.

        Args:
            after: index of the argument they follow; None for the beginning.
            new: the pieces of each.
            gone: arguments that :meth:`remove` takes out in the same rewrite.
        """
        if not new:
            return []
        left = [index for index in range(len(self.items)) if index not in gone]
        if not left:
            return [replace(self.opening + 1, self.opening + 1, *_joined(new, ", "))]
        if after is None or after < left[0]:
            first = self.items[left[0]]
            gap = f",{self.newline}{margin(self.text, first.start)}" if self.stacked else ", "
            return [replace(first.start, first.start, *_joined(new, gap), gap)]
        anchor = max(index for index in left if index <= after)
        item = self.items[anchor]
        edits = self._enclose_generator()
        last = anchor == left[-1]
        trailing = self.items[-1].comma is not None
        if self.stacked and not self.lone_generator and self._ends_line(item):
            lead = self.newline + margin(self.text, item.start)
            comma: tuple[Piece, ...] = (",",)
            end = line_end(self.text, item.after)
            closed = trailing or not last
            flat: list[Piece] = []
            for number, pieces in enumerate(new):
                flat += [lead, *pieces, *(comma if closed or number < len(new) - 1 else ())]
            if item.comma is None or (last and not trailing):
                # a comma there is goes with the arguments behind it that are taken out, so it is written anew
                edits.append(replace(item.end, item.end, ","))
            edits.append(replace(end, end, *flat))
            return edits
        if last and item.comma is not None and trailing and anchor == len(self.items) - 1:
            return [*edits, replace(item.after, item.after, " ", *_joined(new, ", "), ",")]
        return [*edits, replace(item.end, item.end, ", ", *_joined(new, ", "))]

    def named(self, index: int, name: str, *, alone: bool) -> list[Edit]:
        """Edits that make a keyword argument of a positional one.

        Args:
            index: its place.
            name: the keyword.
            alone: whether nothing is put in behind it in the same rewrite.
        """
        item = self.items[index]
        walrus = isinstance(item.node, ast.NamedExpr) and self.text[item.start] != "("
        if walrus or (self.lone_generator and alone):
            return [replace(item.start, item.start, f"{name}=("), replace(item.end, item.end, ")")]
        return [replace(item.start, item.start, f"{name}=")]

    def _ends_line(self, item: Item) -> bool:
        rest = self.text[item.after : line_end(self.text, item.after)].strip()
        return (not rest or rest.startswith("#")) and line_end(self.text, item.after) < self.closing

    def _enclose_generator(self) -> list[Edit]:
        """Parentheses for a generator that no longer is the only argument."""
        if not self.lone_generator:
            return []
        item = self.items[0]
        return [replace(item.start, item.start, "("), replace(item.end, item.end, ")")]


def _joined(new: Sequence[tuple[Piece, ...]], gap: str) -> list[Piece]:
    joined: list[Piece] = []
    for number, pieces in enumerate(new):
        joined += [gap, *pieces] if number else [*pieces]
    return joined


def _runs(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers as their first and last."""
    start = previous = None
    for index in indices:
        if previous is None or start is None:
            start = index
        elif index != previous + 1:
            yield start, previous
            start = index
        previous = index
    if start is not None and previous is not None:
        yield start, previous


def _begins_line(text: str, offset: int) -> bool:
    return not text[line_start(text, offset) : offset].strip()


def _has_newline(text: str, start: int, end: int) -> bool:
    return any(char in "\r\n" for char in text[start:end])
