"""Stages of a rewritten script: those of the script it was made from, so that the two can be told beside each other.

A line that stayed keeps its role. A statement that was rewritten has one of the roles of what it stands for. Code that
rules add has no stage of its own: at the top it belongs to the imports, a function of theirs to whoever calls it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

from greenrules.models import Role

#: First line, last line, role; of spans that cover a line the shortest counts.
Span = tuple[int, int, Role]
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def carried(before: str, roles: Sequence[Span], after: str, found: Sequence[Span]) -> list[Span]:
    """The roles of a rewritten script's statements.

    Args:
        before: the script as it was.
        roles: of its statements.
        after: the rewritten script.
        found: the roles its statements would have, were it a script of its own.

    Returns:
        The spans of ``found`` without those inside functions that rules added, in their order.
    """
    old = _by_line(roles)
    origin = _origins(before.splitlines(), after.splitlines())
    added = _added(before, after)
    made: list[Span] = []
    for first, last, own in found:
        if any(start < first and last <= end for start, end in added):
            continue
        place = origin.get(first) or _ahead(origin, first)
        rewritten = first in origin and own in {old.get(line) for line in place.hunk}
        made.append((first, last, own if rewritten else old.get(place.line, "imports")))
    return made


@dataclass(frozen=True, slots=True)
class _Origin:
    """What a new line stands for: the old lines it was made from with others, and the one at its place among them."""

    hunk: range
    line: int


def _by_line(spans: Sequence[Span]) -> dict[int, Role]:
    """The role of every line that has one."""
    roles: dict[int, Role] = {}
    for first, last, role in sorted(spans, key=lambda span: span[0] - span[1]):
        roles.update(dict.fromkeys(range(first, last + 1), role))
    return roles


def _origins(before: Sequence[str], after: Sequence[str]) -> dict[int, _Origin]:
    """For every line of the new text what it stands for; those that were added have nothing."""
    # What stayed at the beginning need not be compared twice.
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    origin = {line: _Origin(range(line, line + 1), line) for line in range(1, head + 1)}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before[head:], after[head:], autojunk=False).get_opcodes():
        if tag not in ("equal", "replace"):
            continue
        hunk = range(head + i1 + 1, head + i2 + 1)
        for number in range(j2 - j1):
            line = hunk[number * len(hunk) // (j2 - j1)]
            whole = range(line, line + 1) if tag == "equal" else hunk
            origin[head + j1 + number + 1] = _Origin(whole, line)
    return origin


def _ahead(origin: Mapping[int, _Origin], line: int) -> _Origin:
    """Of the nearest line ahead that stands for something."""
    return next((origin[other] for other in range(line - 1, 0, -1) if other in origin), _Origin(range(0), 0))


def _added(before: str, after: str) -> list[tuple[int, int]]:
    """First and last line of the functions and classes at the top of the new script that the old one had not."""
    known = {node.name for node in _definitions(before)}
    return [(node.lineno, node.end_lineno or node.lineno) for node in _definitions(after) if node.name not in known]


def _definitions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    yield from (node for node in ast.parse(text).body if isinstance(node, _DEFINITIONS))
