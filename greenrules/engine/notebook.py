"""Notebooks: code cells as one program, and edits carried back into the JSON they came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell.

    Attributes:
        number: 1-based place among all cells of the notebook.
        start: offset of its first character in the program text.
        end: offset after its last character.
    """

    number: int
    start: int
    end: int
