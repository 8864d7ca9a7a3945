"""Which statements of a module a rewrite has touched: whether the result is sound is told by these."""

from __future__ import annotations
import __future__

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from greenrules.errors import GreenrulesError

if TYPE_CHECKING:
    from greenrules.engine.source import Source

#: Statements that are looked for behind a change before the rest of the module counts as changed.
_AHEAD = 8
#: what stands before the first code of a text, and the margin of that code
_LEAD = re.compile(r"(?:[ \t\r]*(?:#[^\n]*)?\n)*([ \t]*)(?=[^\s#])")
#: what goes on with the statement before, at the same margin
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
#: what may be about more than its own statement
_DECLARING = re.compile(r"\b(?:global|nonlocal|__future__)\b")
_AT_MARGIN = re.compile(r"^[^\s#]", re.MULTILINE)
#: futures that change how one statement is compiled, with the flags that say so; most others hold always
_FLAGS = {"annotations": __future__.annotations.compiler_flag, "barry_as_FLUFL": None}


class Piece(NamedTuple):
    """A run of whole statements that differs.

    Attributes:
        old: its text.
        new: what stands there now.
        lines: of the old text.
        member: whether they stand in the body of a class.
    """

    old: str
    new: str
    lines: range
    member: bool = False

    @property
    def programs(self) -> tuple[str, str]:
        """Both as programs of their own."""
        return (_in_class(self.old), _in_class(self.new)) if self.member else (self.old, self.new)


class Changed(NamedTuple):
    """What differs between two texts of a module.

    Attributes:
        pieces: what differs. All statements besides are whole and begin a line of their own in both texts, so the new
            text is sound if each new piece is.
        flags: with which the pieces are to be compiled.
    """

    pieces: tuple[Piece, ...]
    flags: int = 0

    def touches(self, node: ast.stmt | ast.expr) -> bool:
        """Whether a node of the old tree stands in one of the pieces."""
        return any(node.lineno in piece.lines for piece in self.pieces)


def changed(before: Source, text: str) -> Changed | None:
    """What differs between a script and its new text; None where the whole must be looked at."""
    if before.is_notebook or "\r" in text.replace("\r\n", "") or "\f" in text:
        return None
    try:
        body = before.tree.body
    except GreenrulesError:
        return None
    if any(_of_all(before, node) for kind in ("Global", "Nonlocal") for node in before.survey.by_type.get(kind, ())):
        return None
    blocks = _Blocks.of(before, body, 0, len(before.text))
    pieces: list[Piece] = []
    for first, last, at, end in _runs(blocks.texts, text, 0, len(text)):
        inner = _within_class(before, blocks, first, text, at, end) if last == first + 1 else None
        if inner is not None:
            pieces += inner
            continue
        begin = first
        if first and not _stands_alone(text, at, end):
            # What is cut off at its very start is the end of the statement before, as ``else`` is.
            begin, at = first - 1, at - len(blocks.texts[first - 1])
        pieces.append(blocks.piece(begin, last, text[at:end]))
    flags = _flags(body, pieces)
    if flags is None or any(_DECLARING.search(piece.new) for piece in pieces):
        return None
    return Changed(tuple(pieces), flags)


def _of_all(before: Source, declaration: ast.AST) -> bool:
    """Whether a declaration is about other statements of a module or of a class, in no function."""
    outer = before.parents.get(declaration)
    while outer is not None and not isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        outer = before.parents.get(outer)
    return outer is None or isinstance(outer, ast.ClassDef)


def _in_class(text: str) -> str:
    return f"class _:\n{text}" if _LEAD.match(text) else text


class _Blocks(NamedTuple):
    """A stretch of a script, cut where statements begin a line of their own.

    Attributes:
        source: the script.
        starts: offsets of the cuts, the end included.
        texts: what stands between them.
        heads: the statements that begin there.
    """

    source: Source
    starts: list[int]
    texts: list[str]
    heads: dict[int, ast.stmt]

    @classmethod
    def of(cls, source: Source, statements: Sequence[ast.stmt], start: int, end: int) -> _Blocks:
        """The blocks of statements that stand side by side in a stretch."""
        heads = {}
        for stmt in statements:
            at = source.span(stmt)[0]
            line = source.text.rfind("\n", 0, at) + 1
            if not source.text[line:at].strip():
                heads[line] = stmt
        starts = sorted({start, *heads, end})
        return cls(source, starts, [source.text[a:b] for a, b in pairwise(starts)], heads)

    def piece(self, first: int, last: int, new: str, *, member: bool = False) -> Piece:
        """What became of some of the blocks."""
        begin, end = self.starts[first], self.starts[last]
        lines = self.source.layout.starts
        line = bisect_right(lines, begin)
        behind = bisect_right(lines, end - 1) + 1 if begin < end else line
        return Piece(self.source.text[begin:end], new, range(line, behind), member)


def _runs(blocks: Sequence[str], text: str, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """The runs of blocks that differ, and the stretches of the new text that stand in their place."""
    number = 0
    while number < len(blocks) or at < end:
        if number < len(blocks) and text.startswith(blocks[number], at, end):
            at += len(blocks[number])
            number += 1
            continue
        last, stop = _found_again(blocks, number, text, at, end)
        yield number, last, at, stop
        number, at = last, stop


def _found_again(blocks: Sequence[str], number: int, text: str, at: int, end: int) -> tuple[int, int]:
    """The next statement that stands in the new text, too, and where; the ends of both where none is found."""
    for ahead in range(number, min(number + _AHEAD, len(blocks))):
        place = text.find(blocks[ahead], at, end)
        while place > 0 and text[place - 1] != "\n":
            place = text.find(blocks[ahead], place + 1, end)
        if place >= 0 and blocks[ahead].strip():
            return ahead, place
    return len(blocks), end


def _stands_alone(text: str, at: int, end: int) -> bool:
    """Whether a stretch of a text does not go on with the statement before it."""
    if text[at - 1] != "\n":
        return False
    lead = _LEAD.match(text, at, end)
    return lead is None or not (lead[1] or _GOES_ON.match(text, lead.end()))


def _within_class(before: Source, outer: _Blocks, number: int, text: str, at: int, end: int) -> list[Piece] | None:
    """What differs in the body of a class; None where the whole statement must be looked at, or is no class."""
    start = outer.starts[number]
    head = outer.heads.get(start)
    if not isinstance(head, ast.ClassDef):
        return None
    blocks = _Blocks.of(before, head.body[1:], start, outer.starts[number + 1])
    margins = {_margin(block) for block in blocks.texts[1:]}
    if len(margins) != 1:
        return None
    pieces: list[Piece] = []
    for first, last, begin, stop in _runs(blocks.texts, text, at, end):
        new = text[begin:stop]
        if not first or text[begin - 1] != "\n" or _margin(new) not in (*margins, None) or _AT_MARGIN.search(new):
            return None
        pieces.append(blocks.piece(first, last, new, member=True))
    return pieces


def _margin(text: str) -> str | None:
    """The margin of the first code of a text, None where there is no code."""
    lead = _LEAD.match(text)
    return lead[1] if lead is not None else None


def _flags(body: Sequence[ast.stmt], pieces: Sequence[Piece]) -> int | None:
    """The flags with which pieces are compiled as in their module; None where a change touches what says so."""
    flags, last = 0, 0
    for stmt in body:
        if isinstance(stmt, ast.ImportFrom) and stmt.module == "__future__":
            last = stmt.end_lineno or stmt.lineno
            for alias in stmt.names:
                flag = _FLAGS.get(alias.name, 0)
                if flag is None:
                    return None
                flags |= flag
    return None if any(last and piece.lines.start <= last for piece in pieces) else flags
