from __future__ import annotations

import re
from difflib import unified_diff

from hypothesis import given
from hypothesis import strategies as st

from greenrules.report.edits import merge, read_diff, write_diff

LINES = st.lists(st.sampled_from(["a", "b", "", "    c", "-d", "--- e", "+f", "@@ -1 +1 @@", "\\ g"]), max_size=14)


def diff_of(old: list[str], new: list[str]) -> str:
    return "".join(f"{line}\n" for line in unified_diff(old, new, "x.py", "x.py", lineterm=""))


def explicit(diff: str) -> str:
    """The diff with every count in its hunk heads."""

    def head(match: re.Match[str]) -> str:
        counts = [f"{match[i]},{match[i + 1] or 1}" for i in (1, 3)]
        return f"@@ -{counts[0]} +{counts[1]} @@"

    return re.sub(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@$", head, diff, flags=re.MULTILINE)


def apply(lines: list[str], diff: str) -> list[str]:
    found = read_diff(diff)
    assert found is not None
    for edit in reversed(found.edits):
        at = edit.start - 1
        assert tuple(lines[at : at + len(edit.removed)]) == edit.removed
        lines = [*lines[:at], *edit.inserted, *lines[at + len(edit.removed) :]]
    return lines


@given(LINES, LINES)
def test_the_edits_of_a_diff_turn_old_into_new(old: list[str], new: list[str]) -> None:
    diff = diff_of(old, new)
    if diff:
        assert apply(old, diff) == new


@given(LINES, LINES)
def test_a_diff_that_is_read_is_written_again(old: list[str], new: list[str]) -> None:
    diff = diff_of(old, new)
    found = read_diff(diff)
    if found is not None:
        assert apply(old, write_diff(found)) == new
        merged = merge([found, found])
        assert merged is not None
        assert apply(old, write_diff(merged[0])) == new
        assert merged[1] == 0


@given(st.lists(st.integers(0, 19), min_size=1, max_size=5, unique=True))
def test_fixes_of_different_lines_join_into_one_patch(changed: list[int]) -> None:
    old = [f"line {i}" for i in range(20)]
    diffs = []
    for i in changed:
        new = [*old[:i], f"new {i}", *old[i + 1 :]]
        found = read_diff(diff_of(old, new))
        assert found is not None
        diffs.append(found)
    merged = merge(diffs)
    assert merged is not None
    whole = [f"new {i}" if i in changed else line for i, line in enumerate(old)]
    assert apply(old, write_diff(merged[0])) == whole
    assert write_diff(merged[0]) == explicit(diff_of(old, whole))


def test_what_is_no_diff_is_nothing() -> None:
    assert read_diff("") is None
    assert read_diff("hello\nworld") is None


def test_fixes_that_meet_are_not_joined() -> None:
    one = read_diff(diff_of(["a", "b"], ["x", "b"]))
    other = read_diff(diff_of(["a", "b"], ["y", "z"]))
    assert one is not None
    assert other is not None
    merged = merge([one, other])
    assert merged is not None
    assert merged[1] == 1
    assert apply(["a", "b"], write_diff(merged[0])) == ["x", "b"]
