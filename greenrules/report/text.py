"""Text of a script, made safe to show."""

from __future__ import annotations

import re
import unicodedata

#: characters that reorder what is read (Unicode Technical Report 36, 2.1; CVE-2021-42574)
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_SPACE = re.compile(r"[^\S\u00a0]+")


def visible(words: str, keep: str = "\n\t") -> str:
    """The text with control and reordering characters shown instead of obeyed.

    Args:
        words: any text.
        keep: control characters that stay.
    """
    if words.isascii() and words.isprintable():
        return words
    return "".join(c if c in keep else _shown(c) for c in words)


def _shown(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _REORDERING or code & 0xFFFE == 0xFFFE or unicodedata.category(character) in ("Cc", "Cs"):
        return f"\u2039U+{code:04X}\u203a"
    return "\n" if character in "\u2028\u2029" else character


def shorten(words: str, most: int) -> str:
    """At most so many characters, the rest replaced by an ellipsis."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def cells(words: str) -> int:
    """Cells a terminal takes for a text (Unicode Standard Annex 11)."""
    if words.isascii():
        return len(words)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in words
    )


def one_line(words: str) -> str:
    """All white space as single spaces, but for the one that must not break."""
    return _SPACE.sub(" ", visible(words, keep="\n\t\r")).strip()
