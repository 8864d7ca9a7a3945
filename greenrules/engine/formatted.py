"""Strings with fields: where an f-string or a t-string ends, whatever strings and comments its fields hold.

Since Python 3.12 a field may hold its string's own quotes, backslashes, newlines and comments. A text that an older
Python reads means the same read so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: the prefix of a string with fields, and its quotes
OPENING = re.compile(r"""(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])('''|\"\"\"|'|")""")
_TEXT = re.compile(r"""\\(?:\r\n|[^{}])|\{\{|\{|['"]|[\r\n]""", re.DOTALL)
_FORMAT = re.compile(r"""\\(?:\r\n|[^{}])|[{}]|['"]""", re.DOTALL)
_CODE = re.compile(
    r"""(?P<formatted>(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])(?=['"]))"""
    r"""|(?P<string>'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^\\\r\n']|\\.)*'|"(?:[^\\\r\n"]|\\.)*")"""
    r"|(?P<comment>\#[^\r\n]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|!=|(?P<format>:)|(?P<newer>\\|[\r\n])",
    re.DOTALL,
)


@dataclass
class Formatted:
    """A string with fields.

    Attributes:
        end: one past its closing quotes.
        comments: start and end of every comment in its fields.
        newer: whether only Python 3.12 and later read it.
    """

    end: int
    comments: list[tuple[int, int]] = field(default_factory=list)
    newer: bool = False


def read_formatted(text: str, start: int) -> Formatted | None:
    """The string with fields that begins at an offset, its prefix included; None where there is none that ends."""
    opening = OPENING.match(text, start)
    if opening is None:
        return None
    reader = _Reader(text)
    try:
        end = reader.text(opening, ())
    except (ValueError, RecursionError):
        return None
    return Formatted(end, reader.comments, reader.newer)


class _Reader:
    """Reads one string; ``quotes`` are those of the strings around, the own ones last."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.comments: list[tuple[int, int]] = []
        self.newer = False

    def text(self, opening: re.Match[str], around: tuple[str, ...]) -> int:
        """One past the closing quotes of a string, of which the opening ones are given."""
        at, quote, raw = opening.end(), opening[1], "r" in opening[0].lower()
        quotes = (*around, quote)
        while (found := _TEXT.search(self.source, at)) is not None:
            at = found.end()
            if found[0] == "{":
                at = self.replacement(at, quotes)
            elif found[0] == "\\N" and not raw and self.source.startswith("{", at):
                at = self.source.index("}", at) + 1
            elif self.source.startswith(quote, found.start()):
                return found.start() + len(quote)
            elif found[0] in "\r\n" and len(quote) == 1:
                break
            elif self._ends(found, around):
                self.newer = True
        raise ValueError("a string that does not end")

    def _ends(self, found: re.Match[str], around: tuple[str, ...]) -> bool:
        """Whether an older Python takes what stands in a string for the end of one around it."""
        line = found[0] in "\r\n"
        return any(len(outer) == 1 if line else self.source.startswith(outer, found.start()) for outer in around)

    def replacement(self, at: int, quotes: tuple[str, ...]) -> int:
        """One past the brace that closes a field whose code begins at ``at``."""
        depth = 0
        while (found := _CODE.search(self.source, at)) is not None:
            kind, at = found.lastgroup, found.end()
            if kind == "formatted":
                opening = OPENING.match(self.source, found.start())
                assert opening is not None
                self.newer |= any(opening[1].startswith(outer) for outer in quotes)
                at = self.text(opening, quotes)
            elif kind == "string":
                lines = "\n" in found[0] or "\r" in found[0]
                self.newer |= "\\" in found[0] or any(each in found[0] or (lines and len(each) == 1) for each in quotes)
            elif kind == "comment":
                self.newer = True
                self.comments.append(found.span())
            elif kind == "newer":
                self.newer |= found[0] == "\\" or len(quotes[-1]) == 1
            elif kind == "open":
                depth += 1
            elif kind == "close" and depth:
                depth -= 1
            elif kind == "close":
                if found[0] != "}":
                    break
                return at
            elif kind == "format" and not depth:
                return self.format(at, quotes)
        raise ValueError("a field that does not end")

    def format(self, at: int, quotes: tuple[str, ...]) -> int:
        """One past the brace that closes a field whose format begins at ``at``."""
        while (found := _FORMAT.search(self.source, at)) is not None:
            at = found.end()
            if found[0] == "{":
                at = self.replacement(at, quotes)
            elif found[0] == "}":
                return at
            elif self.source.startswith(quotes[-1], found.start()):
                break
        raise ValueError("a format that does not end")
