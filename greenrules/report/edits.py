"""A unified diff as edits of numbered lines, and edits as a unified diff again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
CONTEXT = 3
NO_NEWLINE = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines replaced by others.

    Attributes:
        start: 1-based number of the first line removed; where nothing is removed, of the line before which is inserted.
        removed: the lines that go, without newline.
        inserted: the lines that come, without newline.
    """

    start: int
    removed: tuple[str, ...]
    inserted: tuple[str, ...]

    @property
    def end(self) -> int:
        """The number of the first line after the removed ones."""
        return self.start + len(self.removed)


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The diff of one file.

    Attributes:
        old: name before, as in the header.
        new: name after.
        edits: in the order of the file, apart from each other.
        context: old lines that the diff shows around its edits, by their number.
        ends_bare: a line concerned is the last one and has no newline.
    """

    old: str
    new: str
    edits: tuple[Edit, ...]
    context: dict[int, str]
    ends_bare: bool


def read_diff(diff: str) -> FileDiff | None:
    """The edits of a unified diff of one file, or None when it is none."""
    old = new = ""
    edits: list[Edit] = []
    context: dict[int, str] = {}
    bare = False
    number = 0
    left_old = left_new = 0
    removed: list[str] = []
    inserted: list[str] = []

    def close() -> None:
        if removed or inserted:
            edits.append(Edit(number - len(removed), tuple(removed), tuple(inserted)))
            removed.clear()
            inserted.clear()

    for line in diff.split("\n"):
        if left_old <= 0 and left_new <= 0:
            head = _HUNK.match(line)
            if head:
                close()
                left_old, left_new = int(head[2] or 1), int(head[4] or 1)
                # with nothing removed the header names the line before
                number = int(head[1]) + (left_old == 0)
            elif line.startswith("--- "):
                old = line[4:].split("\t")[0]
            elif line.startswith("+++ "):
                new = line[4:].split("\t")[0]
            elif line.startswith("\\"):
                bare = True
        elif line.startswith("\\"):
            bare = True
        elif line.startswith("-"):
            if inserted:
                close()
            removed.append(line[1:])
            number, left_old = number + 1, left_old - 1
        elif line.startswith("+"):
            inserted.append(line[1:])
            left_new -= 1
        else:
            close()
            context[number] = line[1:]
            number, left_old, left_new = number + 1, left_old - 1, left_new - 1
    close()
    return FileDiff(old, new, tuple(edits), context, bare) if edits and new else None


def merge(diffs: Iterable[FileDiff]) -> tuple[FileDiff, int] | None:
    """Several diffs against the same file as one, and how many edits were left out because they meet another.

    Args:
        diffs: in order of preference; equal edits count once.
    """
    kept: list[Edit] = []
    context: dict[int, str] = {}
    first: FileDiff | None = None
    dropped = 0
    bare = False
    for diff in diffs:
        first = first or diff
        fresh = [edit for edit in diff.edits if edit not in kept]
        # what one fix edits belongs together: an import without its use helps nobody
        if any(_meet(edit, other) for edit in fresh for other in kept):
            dropped += len(fresh)
            continue
        kept.extend(fresh)
        bare = bare or diff.ends_bare
        context.update(diff.context)
        for edit in diff.edits:
            context.update(enumerate(edit.removed, edit.start))
    if first is None:
        return None
    return FileDiff(first.old, first.new, _joined(kept), context, bare), dropped


def _joined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in the order of the file, neighbours as one."""
    joined: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if joined and joined[-1].end == edit.start:
            last = joined.pop()
            joined.append(Edit(last.start, last.removed + edit.removed, last.inserted + edit.inserted))
        else:
            joined.append(edit)
    return tuple(joined)


def _meet(one: Edit, other: Edit) -> bool:
    if one.start == other.start:
        return True
    return one.start < other.end and other.start < one.end


def write_diff(diff: FileDiff) -> str:
    """The unified diff of one file, with as much context as is known."""
    lines = [f"--- {diff.old}", f"+++ {diff.new}"]
    shift = 0
    for group in _groups(diff):
        body, first, old, new = _hunk(group, diff.context)
        begin_old = first if old else first - 1
        begin_new = first + shift if new else first + shift - 1
        lines += [f"@@ -{begin_old},{old} +{begin_new},{new} @@", *body]
        shift += new - old
    return "\n".join(lines) + "\n"


def _groups(diff: FileDiff) -> list[list[Edit]]:
    groups: list[list[Edit]] = []
    for edit in diff.edits:
        between = range(groups[-1][-1].end, edit.start) if groups else None
        if between is not None and len(between) <= 2 * CONTEXT and all(n in diff.context for n in between):
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def _hunk(group: Sequence[Edit], context: dict[int, str]) -> tuple[list[str], int, int, int]:
    first = group[0].start
    while group[0].start - first < CONTEXT and first - 1 in context:
        first -= 1
    body: list[str] = []
    number, old, new = first, 0, 0
    for edit in group:
        before = [f" {context[n]}" for n in range(number, edit.start)]
        body += [*before, *(f"-{line}" for line in edit.removed), *(f"+{line}" for line in edit.inserted)]
        old += len(before) + len(edit.removed)
        new += len(before) + len(edit.inserted)
        number = edit.end
    last = number
    while number < last + CONTEXT and number in context:
        body.append(f" {context[number]}")
        number, old, new = number + 1, old + 1, new + 1
    return body, first, old, new
