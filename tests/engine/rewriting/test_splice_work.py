"""Putting many edits into a text costs as much as there are edits, not as much as there are pairs of them."""

import pytest

from greenrules.engine import splice as module
from greenrules.engine.diff import unified
from greenrules.engine.edits import Edit, Keep
from greenrules.engine.splice import splice


@pytest.fixture
def looks(monkeypatch):
    """How many edits were looked at to find the place of others."""
    counted = [0]
    around = module._Level.around

    def counting(level, edit):
        found = around(level, edit)
        counted[0] += len(found)
        return found

    monkeypatch.setattr(module._Level, "around", counting)
    return counted


def dense(count):
    text = "".join(f"x = sorted(v{i:06})[0]\n" for i in range(count))
    line = len(text) // count
    edits = [Edit(at + 4, at + line - 1, ("min(", Keep(at + 11, at + 18), ")")) for at in range(0, len(text), line)]
    names = [Edit(edit.start + 7, edit.start + 14, ("name",)) for edit in edits]
    return text, [*names, *edits]


def test_edits_side_by_side_are_not_compared_with_one_another(looks):
    spent = []
    for count in (200, 800):
        looks[0] = 0
        text, edits = dense(count)
        assert splice(text, edits).text == "x = min(name)\n" * count
        spent.append(looks[0])
    assert spent[1] <= 4 * spent[0] + 100


@pytest.mark.parametrize("at", [0, 1, 65_535, 65_536, 65_537, 199_999])
def test_a_diff_finds_the_one_change_in_a_long_text(at):
    lines = ["a\n"] * 200_000
    changed = [*lines[:at], "b\n", *lines[at + 1 :]]
    told = unified("".join(lines), "".join(changed), "x")
    assert [line for line in told.splitlines()[2:] if line[0] in "-+"] == ["-a", "+b"]
    assert f"@@ -{max(at - 2, 1)}," in told
