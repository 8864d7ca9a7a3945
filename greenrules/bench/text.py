"""Texts cut into tokens, numbers apart, so that two outputs can be compared number by number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isinf, isnan

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.])[+-]?(?:\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?\b|nan\b)(?![\w]))"
    r"|(?P<word>[^\W\d_]\w*)|(?P<space>\s+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A number with its value, or anything else with None."""

    text: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two texts differ.

    Attributes:
        key: names the place in the first text: the same for the same place, whatever stands there.
        line: 1-based, in the first text.
        detail: for people.
    """

    key: str
    line: int
    detail: str


def close(a: float, b: float, rtol: float, atol: float) -> bool:
    """Whether two numbers agree: the same sort of non-finite, or |a − b| ≤ atol + rtol · max(|a|, |b|)."""
    if isnan(a) or isnan(b):
        return isnan(a) and isnan(b)
    if isinf(a) or isinf(b):
        return a == b
    return abs(a - b) <= atol + rtol * max(abs(a), abs(b))


def tokens(line: str, *, spaces: bool) -> list[Token]:
    """The tokens of a line.

    Args:
        line: any text.
        spaces: whether blanks are tokens; without them, numbers of other widths still align.
    """
    found = []
    for match in _TOKEN.finditer(line):
        text = match[0]
        if match.lastgroup == "number":
            found.append(Token(text, float(text.replace("_", ""))))
        elif match.lastgroup != "space" or spaces:
            found.append(Token(text))
    return found


def shape(line: str) -> str:
    """A line with its numbers taken out."""
    return " ".join("#" if token.value is not None else token.text for token in tokens(line, spaces=False))
