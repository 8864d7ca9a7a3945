"""Texts cut into tokens, numbers apart, so that two outputs can be compared number by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import isinf, isnan

_TOKEN = re.compile(
    r"(?P<number>(?<![\w.])[+-]?(?:\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?\b|nan\b)(?![\w]))"
    r"|(?P<word>[^\W\d_]\w*)|(?P<space>\s+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
#: lines of two texts are aligned by their shapes only up to so many; beyond, one by one
_ALIGNED_LINES = 5000


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


def differences(a: str, b: str, *, rtol: float | None, atol: float = 0.0) -> list[Difference]:
    """Every place in which two texts differ, both ways: what is missing, what is new, what is another.

    Args:
        a: the first text; places are named by it.
        b: the second text.
        rtol: relative tolerance of numbers; None compares to the character.
        atol: absolute tolerance.
    """
    if a == b:
        return []
    lines_a, lines_b = a.splitlines(), b.splitlines()
    found: list[Difference] = []
    for tag, a0, a1, b0, b1 in _alignment(lines_a, lines_b):
        if tag == "pair":
            for offset in range(a1 - a0):
                found += _in_line(a0 + offset, lines_a[a0 + offset], lines_b[b0 + offset], rtol, atol)
            continue
        for index in range(a0, a1):
            found.append(Difference(f"line {index + 1}", index + 1, f"missing: {_short(lines_a[index])}"))
        if b1 > b0:
            text = f"{b1 - b0} new lines, first: {_short(lines_b[b0])}"
            found.append(Difference(f"after line {a0}", a0, text))
    if not found and rtol is None:
        found.append(Difference("line ends", len(lines_a), "line ends differ"))
    return found


def _alignment(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Which lines belong together: one by one when there are as many, else by their shapes."""
    if len(a) == len(b):
        return [("pair", 0, len(a), 0, len(b))]
    if max(len(a), len(b)) > _ALIGNED_LINES:
        common = min(len(a), len(b))
        return [("pair", 0, common, 0, common), ("rest", common, len(a), common, len(b))]
    matcher = SequenceMatcher(None, [shape(line) for line in a], [shape(line) for line in b], autojunk=False)
    spans = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        spans.append(
            ("pair" if tag == "equal" or (tag == "replace" and a1 - a0 == b1 - b0) else "rest", a0, a1, b0, b1)
        )
    return spans


def _in_line(index: int, a: str, b: str, rtol: float | None, atol: float) -> list[Difference]:
    if a == b:
        return []
    exact = rtol is None
    ours, theirs = tokens(a, spaces=exact), tokens(b, spaces=exact)
    if len(ours) != len(theirs):
        return [Difference(f"line {index + 1}", index + 1, f"{_short(a)} / {_short(b)}")]
    found = []
    for place, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        same = x.text == y.text
        if not same and rtol is not None and x.value is not None and y.value is not None:
            same = close(x.value, y.value, rtol, atol)
        if not same:
            found.append(Difference(f"line {index + 1} token {place}", index + 1, f"{x.text} / {y.text}"))
    return found


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
