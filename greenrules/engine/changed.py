"""Which statements of a module a rewrite has touched: whether the result is sound is told by these."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from greenrules.errors import GreenrulesError

if TYPE_CHECKING:
    import ast

    from greenrules.engine.source import Source

#: Statements that are looked for behind a change before the rest of the module counts as changed.
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Changed:
    """What differs between two texts of a module.

    Attributes:
        pieces: runs of whole statements that differ, old and new, each with the statement before it: what is cut off
            at its very start may be the end of that one, as ``else`` is.
        same: all statements besides, which are whole and begin a line of their own in both texts. So the new text is
            sound if each new piece is.
    """

    pieces: tuple[tuple[str, str], ...]
    same: str


def changed(before: Source, text: str) -> Changed | None:
    """What differs between a script and its new text; None where the whole must be looked at."""
    old = before.text
    if before.is_notebook or "__future__" in text or "\r" in text.replace("\r\n", "") or "\f" in text:
        return None
    try:
        starts = {start for start in (_line_start(before, stmt) for stmt in before.tree.body) if start is not None}
    except GreenrulesError:
        return None
    blocks = [old[start:end] for start, end in pairwise(sorted({0, *starts, len(old)}))]
    pieces: list[tuple[str, str]] = []
    same: list[str] = []
    number = at = 0
    while number < len(blocks) or at < len(text):
        if number < len(blocks) and text.startswith(blocks[number], at):
            same.append(blocks[number])
            at += len(blocks[number])
            number += 1
            continue
        last, end = _found_again(blocks, number, text, at)
        # A piece ends where a statement is the same, so that the statement before is one of those.
        ahead = same.pop() if same else ""
        pieces.append((ahead + "".join(blocks[number:last]), ahead + text[at:end]))
        number, at = last, end
    return Changed(tuple(pieces), "".join(same))


def _found_again(blocks: list[str], number: int, text: str, at: int) -> tuple[int, int]:
    """The next statement that stands in the new text, too, and where; the ends of both where none is found."""
    for ahead in range(number, min(number + _AHEAD, len(blocks))):
        place = text.find(blocks[ahead], at)
        while place > 0 and text[place - 1] != "\n":
            place = text.find(blocks[ahead], place + 1)
        if place >= 0 and blocks[ahead].strip():
            return ahead, place
    return len(blocks), len(text)


def _line_start(before: Source, stmt: ast.stmt) -> int | None:
    """Where a statement of the module begins, when nothing stands before it on its line."""
    start, _ = before.span(stmt)
    return start if start == 0 or before.text[start - 1] == "\n" else None
