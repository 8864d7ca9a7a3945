"""A diff of two texts names the lines that ``difflib`` names."""

from difflib import SequenceMatcher

from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.diff import unified

BLOCKS = st.lists(st.lists(st.sampled_from(["a\n", "b\n", "\n", "c = 1\n"]), max_size=12), min_size=2, max_size=5)


@settings(deadline=None, max_examples=200)
@given(BLOCKS, BLOCKS, st.integers(0, 60))
def test_lines_that_go_and_come_are_those_of_difflib(blocks, others, length):
    long = [f"line {number}\n" for number in range(length)]
    old = [line for block in (blocks[0], long, *blocks[1:]) for line in block]
    new = [line for block in (others[0], long, *others[1:]) for line in block]
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    wanted = [
        mark + line
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
        for mark, lines in (("-", old[a:b]), ("+", new[c:d]))
        for line in lines
    ]
    shown = unified("".join(old), "".join(new), "s.py").splitlines(keepends=True)[2:]
    assert [line for line in shown if line[0] in "+-"] == wanted
