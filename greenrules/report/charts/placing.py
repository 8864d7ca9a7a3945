"""Where labels go, so that they cover neither marks nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: of Inter at 11 px, rounded up
_CHARACTER, _LINE = 7.0, 14.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        """Whether all of it lies inside the other."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def place_labels(wanted: Sequence[tuple[str, Box]], marks: Sequence[Box], area: Box) -> list[tuple[str, Box]]:
    """A box for each label that finds room beside its mark, in the order of importance given.

    Args:
        wanted: labels with the boxes of their marks, the most important first.
        marks: what labels must not cover.
        area: what they must not leave.
    """
    taken = list(marks)
    placed: list[tuple[str, Box]] = []
    for name, mark in wanted:
        width = len(name) * _CHARACTER
        middle = (mark.top + mark.bottom) / 2
        centre = (mark.left + mark.right) / 2
        places = (
            (mark.right + 5, mark.top - _LINE + 4),
            (mark.right + 5, mark.bottom - 2),
            (mark.left - 5 - width, mark.top - _LINE + 4),
            (mark.left - 5 - width, mark.bottom - 2),
            (centre - width / 2, mark.top - _LINE - 5),
            (centre - width / 2, mark.bottom + 5),
            (mark.right + 9, middle - _LINE / 2),
            (mark.left - 9 - width, middle - _LINE / 2),
        )
        boxes = (Box(left, top, left + width, top + _LINE) for left, top in places)
        free = next((box for box in boxes if box.within(area) and not any(map(box.meets, taken))), None)
        if free is not None:
            placed.append((name, free))
            taken.append(free)
    return placed
