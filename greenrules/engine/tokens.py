"""A small scanner for stretches of valid Python: where strings, comments and brackets are.

``tokenize`` wants whole programs; the code between two arguments is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from greenrules.engine.formatted import read_formatted

Kind = Literal["string", "comment", "newline", "open", "close", "comma", "other"]

_STRING = (
    r"(?:\b[rRbBuUfFtT]{1,2}|)(?:"
    r"'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|"
    r"'(?:[^\\\r\n']|\\(?:\r\n|.))*'|\"(?:[^\\\r\n\"]|\\(?:\r\n|.))*\")"
)
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<comment>\#[^\r\n]*)|(?P<newline>\r\n|\r|\n)|(?P<open>[(\[{{])|(?P<close>[)\]}}])"
    r"|(?P<comma>,)|(?P<other>\w+|\\(?:\r\n|\r|\n)|[ \t\f]+|.)",
    re.DOTALL,
)


class Token(NamedTuple):
    """A token by its offsets in the text that was scanned."""

    kind: Kind
    start: int
    end: int
    text: str


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of a stretch that begins and ends between tokens."""
    stop = len(text) if end is None else end
    at: int | None = start
    while at is not None:
        begin, at = at, None
        for found in _TOKEN.finditer(text, begin, stop):
            if found.lastgroup == "string" and "{" in found[0]:
                whole = read_formatted(text, found.start())
                if whole is not None and found.end() != whole.end <= stop:
                    at = whole.end
                    yield Token("string", found.start(), at, text[found.start() : at])
                    break
            yield Token(found.lastgroup, found.start(), found.end(), found[0])  # type: ignore[arg-type]


def depths(text: str) -> Iterator[int]:
    """For each line end outside strings, how many brackets are open."""
    depth = 0
    for token in tokens(text):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "newline":
            yield depth


def closing(text: str, start: int) -> int:
    """The offset of the bracket that closes the one at ``start``, or -1."""
    depth = 0
    for token in tokens(text, start):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth == 0:
                return token.start
    return -1


def comments(text: str, start: int, end: int) -> list[Token]:
    """The comments of a stretch."""
    return [token for token in tokens(text, start, end) if token.kind == "comment"]


def find(text: str, kind: Kind, start: int, end: int) -> int | None:
    """The offset of the first token of a kind in a stretch, or None."""
    return next((token.start for token in tokens(text, start, end) if token.kind == kind), None)


def line_start(text: str, offset: int) -> int:
    """The offset at which the line of a character begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def line_end(text: str, offset: int) -> int:
    """The offset of the line end at or after a character (the end of the text where there is none)."""
    found = re.compile(r"[\r\n]").search(text, offset)
    return found.start() if found else len(text)


def next_line(text: str, offset: int) -> int:
    """The offset at which the line after a character's begins."""
    end = line_end(text, offset)
    return end + 2 if text.startswith("\r\n", end) else min(end + 1, len(text))


def margin(text: str, offset: int) -> str:
    """The white space that begins the line of a character."""
    start = line_start(text, offset)
    found = re.compile(r"[ \t\f]*").match(text, start)
    return found[0] if found else ""


def alone(text: str, start: int, end: int) -> bool:
    """Whether nothing but white space stands before a span on its first line, and nothing but a comment after it."""
    before = text[line_start(text, start) : start]
    after = text[end : line_end(text, end)].strip()
    return not before.strip() and (not after or after.startswith("#"))
