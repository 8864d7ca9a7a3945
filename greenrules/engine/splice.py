"""Edits put into a text: nested ones in one pass, those that cannot stand together told apart.

The edits of a text form a forest: an edit may lie inside a span that another one keeps. Rendering walks it once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from greenrules.engine.edits import Edit, Keep

#: edits are looked up by the stretches of text they touch, so that choosing stays linear in the number of sites
_STRETCH = 256


def together(a: Edit, b: Edit, *, same_rewrite: bool = False) -> bool:
    """Whether two edits can both be made: apart, or one inside what the other keeps.

    An insertion of one rewrite that touches another's deletion or insertion is not apart from it: which of both comes
    first, and whether a comma stands between, is known to neither.
    """
    touching = same_rewrite or (bool(a.pieces and b.pieces) and (a.start < a.end or b.start < b.end))
    if _apart(a.start, a.end, b.start, b.end, touching=touching):
        return True
    return _nests(a, b) or _nests(b, a)


def _apart(start: int, end: int, other_start: int, other_end: int, *, touching: bool) -> bool:
    if touching or (start < end and other_start < other_end):
        return end <= other_start or other_end <= start
    return end < other_start or other_end < start


def _nests(inner: Edit, outer: Edit) -> bool:
    """Whether every spot of ``inner`` lies in spans that ``outer`` keeps."""
    held = False
    for keep in outer.keeps:
        if keep.start <= inner.start and inner.end <= keep.end:
            held = True
        elif not _apart(inner.start, inner.end, keep.start, keep.end, touching=True):
            return False
    return held


@dataclass
class _Place:
    """An edit in the forest, with the edits inside each span it keeps."""

    edit: Edit
    inside: dict[Keep, _Level] = field(default_factory=dict)


@dataclass
class _Level:
    """Edits side by side, found by the stretches of text that they touch."""

    places: list[_Place] = field(default_factory=list)
    _near: dict[int, list[int]] = field(default_factory=dict)
    #: those that keep code from elsewhere, which may hold any edit
    _movers: list[int] = field(default_factory=list)

    def add(self, place: _Place) -> None:
        edit, number = place.edit, len(self.places)
        self.places.append(place)
        if any(keep.start < edit.start or edit.end < keep.end for keep in edit.keeps):
            self._movers.append(number)
            return
        for stretch in _stretches(edit.start, edit.end):
            self._near.setdefault(stretch, []).append(number)

    def around(self, edit: Edit) -> list[_Place]:
        """The edits in which another one may lie, in the order in which they were added."""
        near = self._near.get(edit.start // _STRETCH, [])
        return [self.places[number] for number in (sorted((*near, *self._movers)) if self._movers else near)]


def _plant(level: _Level, edit: Edit) -> None:
    """Put an edit where it belongs; edits arrive outermost first.

    Code that an edit keeps may come from elsewhere (a formula moved out of a loop): edits inside go with it, and are
    made where it came from only if it still stands there.
    """
    places = [place for place in level.around(edit) if not _borders(edit, place.edit)]
    gone = any(_around(edit, place.edit) and not _holding(edit, place.edit) for place in places)
    moved = False
    for place in places:
        around = _around(edit, place.edit)
        keeps = _holding(edit, place.edit)
        if not around and not gone:
            keeps = {keep for keep in keeps if not _borders(edit, keep)}
        for keep in keeps:
            _plant(place.inside.setdefault(keep, _Level()), edit)
        if keeps and around:
            return
        moved |= bool(keeps)
    if not (moved and gone):
        level.add(_Place(edit))


def _borders(edit: Edit, code: Edit | Keep) -> bool:
    """Whether something is put in at the border of code: it belongs to what is around it."""
    return edit.start == edit.end and edit.start in (code.start, code.end)


def _around(edit: Edit, other: Edit) -> bool:
    return other.start <= edit.start and edit.end <= other.end


def _holding(edit: Edit, other: Edit) -> set[Keep]:
    """The spans that another edit keeps and in which one lies."""
    return {keep for keep in other.keeps if keep.start <= edit.start and edit.end <= keep.end}


def _outermost_first(edits: Sequence[Edit]) -> list[Edit]:
    """Edits in an order in which none comes before one that keeps it."""
    found = sorted(edits, key=lambda edit: (edit.start - edit.end, Keep(edit.start, edit.end) not in edit.pieces))
    movers = [
        edit for edit in found if any(keep.start < edit.start or edit.end < keep.end for keep in edit.keeps)
    ]  # what they keep may be longer than what they replace
    if not movers:
        return found

    def depth(edit: Edit) -> int:
        return sum(
            other is not edit and any(keep.start <= edit.start and edit.end <= keep.end for keep in other.keeps)
            for other in movers
        )

    depths = {id(edit): depth(edit) for edit in found}
    return sorted(found, key=lambda edit: depths[id(edit)])


@dataclass(frozen=True)
class Spliced:
    """A text with its edits made.

    Attributes:
        text: the new text.
        written: for each edit, in the order given, the spans of the new text that it wrote.
    """

    text: str
    written: tuple[tuple[tuple[int, int], ...], ...]
    _copied: tuple[tuple[int, int, int], ...]

    def moved(self, offset: int) -> int:
        """Where a character of the old text stands in the new one; what is gone maps to the nearest kept one before."""
        index = bisect_right(self._copied, (offset, len(self.text) + 1, 0)) - 1
        if index < 0:
            return 0
        old, length, new = self._copied[index]
        return new + min(offset - old, length)


@dataclass
class _Writer:
    text: str
    out: list[str] = field(default_factory=list)
    length: int = 0
    copied: list[tuple[int, int, int]] = field(default_factory=list)
    written: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def copy(self, start: int, end: int) -> None:
        if start < end:
            self.copied.append((start, end - start, self.length))
            self.write(self.text[start:end])

    def write(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def region(self, start: int, end: int, level: _Level) -> None:
        at = start
        for place in sorted(level.places, key=lambda place: (place.edit.start, place.edit.end)):
            edit = place.edit
            self.copy(at, edit.start)
            begin = self.length
            for piece in edit.pieces:
                if isinstance(piece, str):
                    self.write(piece)
                else:
                    self.region(piece.start, piece.end, place.inside.get(piece, _Level()))
            self.written.setdefault(id(edit), []).append((begin, self.length))
            at = edit.end
        self.copy(at, end)


def splice(text: str, edits: Sequence[Edit]) -> Spliced:
    """Make all edits; they must be compatible (:func:`together`).

    Insertions at one spot are written in the order given.
    """
    forest = _Level()
    for edit in _outermost_first(edits):
        _plant(forest, edit)
    writer = _Writer(text)
    writer.region(0, len(text), forest)
    written = tuple(tuple(writer.written.get(id(edit), ())) for edit in edits)
    return Spliced("".join(writer.out), written, tuple(sorted(writer.copied)))


class Chosen:
    """Rewrites taken so far, asked whether another one can join them."""

    def __init__(self) -> None:
        self._edits: dict[int, list[tuple[int, Edit]]] = {}
        self._relied: dict[int, list[tuple[int, int, int]]] = {}

    def clash(self, edits: Iterable[Edit], footprint: Iterable[tuple[int, int]]) -> int | None:
        """The number of a rewrite that excludes these edits, or None when they can join.

        Two rewrites exclude each other when their edits overlap, or when one changes text that the other relied on.
        """
        for edit in edits:
            for stretch in _stretches(edit.start, edit.end):
                for number, other in self._edits.get(stretch, ()):
                    if not together(edit, other):
                        return number
                for number, start, end in self._relied.get(stretch, ()):
                    if _disturbs(edit, start, end):
                        return number
        for start, end in footprint:
            for stretch in _stretches(start, end):
                for number, other in self._edits.get(stretch, ()):
                    if _disturbs(other, start, end):
                        return number
        return None

    def add(self, number: int, edits: Iterable[Edit], footprint: Iterable[tuple[int, int]]) -> None:
        """Take a rewrite."""
        for edit in edits:
            for stretch in _stretches(edit.start, edit.end):
                self._edits.setdefault(stretch, []).append((number, edit))
        for start, end in footprint:
            for stretch in _stretches(start, end):
                self._relied.setdefault(stretch, []).append((number, start, end))


def _stretches(start: int, end: int) -> range:
    return range(start // _STRETCH, end // _STRETCH + 1)


def _disturbs(edit: Edit, start: int, end: int) -> bool:
    """Whether an edit changes relied-on text: overlaps it, other than by keeping it whole."""
    if edit.start == edit.end:
        return start < edit.start < end
    if _apart(edit.start, edit.end, start, end, touching=True):
        return False
    return not any(keep.start <= start and end <= keep.end for keep in edit.keeps)
