"""What two forms of one line have in common, as a template that other forms are held against.

``took 1.23 s`` and ``took 1.31 s`` give ``took # s``: a third run may take any time, but it must tell it in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from math import isfinite

from greenrules.bench.text import Token, close, tokens

#: dates and times of day are one token: the minute of a later run is another, too
_CLOCK = re.compile(
    r"(?<![\w.])(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?)(?!\w)"
)
#: so many numbers in a row are one array; when half of it is free, equal numbers in it are so by chance
_ARRAY = 3
#: longer lines are not aligned token by token
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Piece:
    """A token and its kind: ``number``, ``non-finite``, ``time``, ``word``, ``code``, ``space``, or a character."""

    text: str
    kind: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """A place where something else stands every time.

    Attributes:
        kinds: what may stand there.
        least: pieces that must.
        most: pieces that may; None for any number.
    """

    kinds: frozenset[str]
    least: int
    most: int | None = None

    def takes(self, piece: Piece) -> bool:
        """Whether a piece may stand here."""
        return piece.kind in self.kinds


@dataclass(frozen=True, slots=True)
class Template:
    """Pieces that stay and places that are free, in their order."""

    parts: tuple[Piece | Free, ...]

    @property
    def keeps_shape(self) -> bool:
        """Whether all lines that fit have the same shape: only single numbers and times are free."""
        return all(part.most == 1 for part in self.parts if isinstance(part, Free) and part.kinds != {"space"})

    @property
    def skeleton(self) -> str:
        """The same for lines that differ in numbers and in what is free only."""
        return " ".join(
            "*" if isinstance(part, Free) else "#" if part.value is not None else part.text
            for part in self.parts
            if isinstance(part, Free) or part.kind != "space"
        )

    def fits(self, line: str, *, rtol: float | None, atol: float = 0.0) -> bool:
        """Whether a line is a form of this.

        Args:
            line: to hold against it.
            rtol: relative tolerance of the numbers that stay; None compares to the character.
            atol: absolute tolerance.
        """
        found = pieces(line)
        parts: Sequence[Piece | Free] = self.parts
        if rtol is not None:
            found = [piece for piece in found if piece.kind != "space"]
            parts = [part for part in parts if isinstance(part, Free) or part.kind != "space"]
        ends = {0}
        for part in parts:
            ends = _after(part, found, ends, rtol, atol)
            if not ends:
                return False
        return len(found) in ends


def pieces(line: str) -> list[Piece]:
    """The pieces of a line, blanks included."""
    found: list[Piece] = []
    last = 0
    for match in _CLOCK.finditer(line):
        found += [_piece(token) for token in tokens(line[last : match.start()], spaces=True)]
        found.append(Piece(match[0], "time"))
        last = match.end()
    return found + [_piece(token) for token in tokens(line[last:], spaces=True)]


def template_of(a: str, b: str) -> Template:
    """What two lines have in common. Both fit it."""
    ours, theirs = pieces(a), pieces(b)
    template = Template((_free(ours, theirs),))
    if max(len(ours), len(theirs)) <= _LONGEST:
        template = Template(_widened(_common(ours, theirs)))
        if not all(template.fits(line, rtol=None) for line in (a, b)):
            template = Template((_free(ours, theirs),))
    return template


def _common(ours: Sequence[Piece], theirs: Sequence[Piece]) -> list[Piece | Free]:
    if len(ours) == len(theirs) and all(x.kind == y.kind for x, y in zip(ours, theirs, strict=True)):
        return [x if x == y else _free([x], [y], 1) for x, y in zip(ours, theirs, strict=True)]
    matcher = SequenceMatcher(None, [p.text for p in ours], [p.text for p in theirs], autojunk=False)
    parts: list[Piece | Free] = []
    for tag, a0, a1, b0, b1 in matcher.get_opcodes():
        parts += ours[a0:a1] if tag == "equal" else [_free(ours[a0:a1], theirs[b0:b1])]
    # Where words come and go, a number beside them is the same by chance: "3 s", "1 min 3 s".
    return [Free(frozenset({"number"}), 1, 1) if _beside_words(parts, i) else part for i, part in enumerate(parts)]


def _beside_words(parts: Sequence[Piece | Free], index: int) -> bool:
    if not (isinstance(parts[index], Piece) and _number(parts[index])):
        return False
    for step in (-1, 1):
        place = index + step
        while 0 <= place < len(parts) and isinstance(part := parts[place], Piece) and part.kind == "space":
            place += step
        if 0 <= place < len(parts) and isinstance(part := parts[place], Free) and "word" in part.kinds:
            return True
    return False


def _free(ours: Sequence[Piece], theirs: Sequence[Piece], most: int | None = None) -> Free:
    kinds = {piece.kind for piece in (*ours, *theirs)}
    if kinds & {"word", "code"}:
        most = None
    if "word" in kinds:
        kinds.add("code")
    if "code" in kinds:
        # Hexadecimal and random names are numbers, words or a mixture, as it happens.
        kinds |= {"number", "word"}
    return Free(frozenset(kinds), min(len(ours), len(theirs), 1), most)


def _widened(parts: Sequence[Piece | Free]) -> tuple[Piece | Free, ...]:
    """Free what stays by chance only: blanks beside what is free, and numbers in an array of which half is free."""
    found = list(parts)
    for is_array, group in groupby(range(len(found)), key=lambda i: _within_array(found[i])):
        places = list(group)
        numbers = [i for i in places if _number(found[i])]
        free = sum(isinstance(found[i], Free) for i in numbers)
        if is_array and len(numbers) >= _ARRAY and 2 * free >= len(numbers):
            for i in numbers:
                if isinstance(found[i], Piece):
                    found[i] = Free(frozenset({"number"}), 1, 1)
    widened: list[Piece | Free] = []
    for i, part in enumerate(found):
        beside = [found[j] for j in (i - 1, i + 1) if 0 <= j < len(found)]
        if isinstance(part, Piece) and part.kind == "space" and any(isinstance(one, Free) for one in beside):
            # Columns are filled with blanks to their width.
            widened.append(Free(frozenset({"space"}), 0))
        else:
            widened.append(part)
    return tuple(widened)


def _within_array(part: Piece | Free) -> bool:
    return _number(part) or (isinstance(part, Piece) and part.kind not in ("word", "code", "time"))


def _number(part: Piece | Free) -> bool:
    if isinstance(part, Free):
        return bool(part.kinds & {"number", "non-finite"}) and not part.kinds & {"word", "code", "time"}
    return part.kind in ("number", "non-finite")


def _piece(token: Token) -> Piece:
    text = token.text
    if token.value is not None:
        return Piece(text, "number" if isfinite(token.value) else "non-finite", token.value)
    if text.isspace():
        return Piece(text, "space")
    if text[0].isalpha():
        return Piece(text, "code" if any(c.isdigit() for c in text) else "word")
    return Piece(text, "code" if text.isdigit() else text)


def _after(part: Piece | Free, found: Sequence[Piece], starts: set[int], rtol: float | None, atol: float) -> set[int]:
    """Where the pieces may go on after a part that begins at one of the starts."""
    if isinstance(part, Piece):
        return {i + 1 for i in starts if i < len(found) and _same(part, found[i], rtol, atol)}
    ends: set[int] = set()
    for start in sorted(starts):
        end = start
        if part.least == 0:
            ends.add(start)
        while end < len(found) and part.takes(found[end]) and (part.most is None or end - start < part.most):
            end += 1
            if part.most is None and end in ends:
                break  # from here on an earlier start has been
            ends.add(end)
    return ends


def _same(part: Piece, piece: Piece, rtol: float | None, atol: float) -> bool:
    if rtol is not None and part.value is not None and piece.value is not None:
        return close(part.value, piece.value, rtol, atol)
    return part.text == piece.text
