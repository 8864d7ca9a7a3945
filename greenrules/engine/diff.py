"""Unified diffs of two texts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_CONTEXT = 3
#: of so few lines nothing needs to be known beforehand
_FEW = 16

#: first and past the last line that goes, and of those that come
Change = tuple[int, int, int, int]


def unified(before: str, after: str, path: str) -> str:
    """The unified diff that makes ``after`` of ``before``, as ``patch`` and ``git apply`` read it.

    Args:
        before: the old text.
        after: the new text.
        path: named in the two header lines, with ``a/`` and ``b/`` before it.

    Returns:
        The diff with the newlines of the texts; empty when they are equal.
    """
    if before == after:
        return ""
    skipped, end = _window(before, after)
    first = before.count("\n", 0, skipped)
    old, new = _lines(before[skipped : len(before) - end]), _lines(after[skipped : len(after) - end])
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    changes = _moved(_changes(old[head : len(old) - tail], new[head : len(new) - tail]), head, head)
    name = path.replace("\\", "/").lstrip("/")
    out = [f"--- a/{name}\n", f"+++ b/{name}\n"]
    for group in _groups(changes):
        start, end = max(group[0][0] - _CONTEXT, 0), min(group[-1][1] + _CONTEXT, len(old))
        new_start, new_end = group[0][2] - (group[0][0] - start), group[-1][3] + (end - group[-1][1])
        ranges = _range(start + first, end + first), _range(new_start + first, new_end + first)
        out.append(f"@@ -{ranges[0]} +{ranges[1]} @@\n")
        at = start
        for a, b, c, d in group:
            out += [_line(" ", line) for line in old[at:a]]
            out += [_line("-", line) for line in old[a:b]]
            out += [_line("+", line) for line in new[c:d]]
            at = b
        out += [_line(" ", line) for line in old[at:end]]
    return "".join(out)


def _changes(old: list[str], new: list[str]) -> list[Change]:
    """The runs of lines that differ, as ``difflib`` tells them, whose search for what is the same is slow.

    It begins with the longest run of lines that is the same. One that is more than half of the old lines covers their
    middle; where a line there stands in the new text once, no other run is as long.
    """
    for first in range(len(old) // 2, min(len(old) // 2 + _FEW, len(old)) if len(old) > _FEW else 0):
        if new.count(old[first]) == 1:
            begin = new.index(old[first])
            above, below = _common(old[:first][::-1], new[:begin][::-1]), _common(old[first:], new[begin:])
            if len(old) - above - below <= first < above + below:
                a, b, c, d = first - above, first + below, begin - above, begin + below
                return [*_changes(old[:a], new[:c]), *_moved(_changes(old[b:], new[d:]), b, d)]
            break
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _moved(changes: list[Change], old: int, new: int) -> list[Change]:
    return [(a + old, b + old, c + new, d + new) for a, b, c, d in changes]


def _window(before: str, after: str) -> tuple[int, int]:
    """How much at the beginning and at the end is the same in both, in whole lines, lines of context left out."""
    same = _prefix(before, after)
    start = before.rfind("\n", 0, same) + 1
    for _ in range(_CONTEXT + 1):
        start = before.rfind("\n", 0, max(start - 1, 0)) + 1
    end = _suffix(before, after, min(len(before), len(after)) - same)
    at = before.find("\n", len(before) - end) + 1 if end else 0
    for _ in range(_CONTEXT + 1):
        at = before.find("\n", at) + 1 if at else 0
    return start, len(before) - at if at else 0


def _prefix(old: str, new: str) -> int:
    """How many characters two texts have in common at their beginning."""
    most = min(len(old), len(new))
    at, step = 0, 1 << 16
    while step:
        while at + step <= most and old[at : at + step] == new[at : at + step]:
            at += step
        step //= 4
    return at


def _suffix(old: str, new: str, most: int) -> int:
    """How many characters two texts have in common at their end, of so many at most."""
    at, step = 0, 1 << 16
    while step:
        while at + step <= most and old[-at - step : len(old) - at] == new[-at - step : len(new) - at]:
            at += step
        step //= 4
    return at


def _lines(text: str) -> list[str]:
    """Lines as ``patch`` counts them: a line ends at a line feed only."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _common(old: list[str], new: list[str]) -> int:
    count = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        count += 1
    return count


def _groups(changes: list[Change]) -> list[list[Change]]:
    groups: list[list[Change]] = []
    for change in changes:
        if groups and change[0] - groups[-1][-1][1] <= 2 * _CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    return groups


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _line(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
