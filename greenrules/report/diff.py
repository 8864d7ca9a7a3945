"""A unified diff, taken apart for display."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from greenrules.report.text import visible

_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a diff.

    Attributes:
        kind: added, removed, same, or the head of a hunk.
        old: its number before, None where there is none.
        new: its number after.
        text: without the leading sign.
    """

    kind: Literal["added", "removed", "same", "hunk"]
    old: int | None
    new: int | None
    text: str

    @property
    def sign(self) -> str:
        """What stands before it: the sign says what the colour says."""
        return {"added": "+", "removed": "−", "same": " ", "hunk": ""}[self.kind]


def parse_diff(diff: str) -> list[Line]:
    """The lines of a unified diff; file headers are left out, text that is no diff is shown as it is."""
    lines: list[Line] = []
    old = new = 0
    inside = False
    for raw in diff.split("\n"):
        head = _HUNK.match(raw)
        if head:
            old, new, inside = int(head[1]), int(head[2]), True
            lines.append(Line("hunk", None, None, visible(raw.rstrip("\r"))))
            continue
        if not inside and raw.startswith(("--- ", "+++ ")):
            continue
        body = visible(raw[1:].rstrip("\r").expandtabs(4))
        if raw.startswith("+"):
            lines.append(Line("added", None, new, body))
            new += 1
        elif raw.startswith("-"):
            lines.append(Line("removed", old, None, body))
            old += 1
        elif raw.startswith("\\"):
            lines.append(Line("hunk", None, None, visible(raw.rstrip("\r"))))
        elif raw.startswith(" ") and inside:
            lines.append(Line("same", old, new, body))
            old, new = old + 1, new + 1
        elif raw:
            lines.append(Line("same", None, None, visible(raw.rstrip("\r").expandtabs(4))))
    return lines


def counts(lines: list[Line]) -> tuple[int, int]:
    """How many lines were added and removed."""
    return sum(line.kind == "added" for line in lines), sum(line.kind == "removed" for line in lines)
