"""Gates: what is written parses, keeps its comments, its encoding and its layout, whatever a rule asks for."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.changed import changed
from greenrules.engine.gates import broken, unbound
from greenrules.engine.source import read_source


def fault(before: bytes, after: str) -> str | None:
    """Why a script may not become another."""
    source = read_source("s.py", before)
    return broken(source, after, changed(source, after))


def unbound_name(before: str, after: str) -> str | None:
    """Which name nothing would bind any more, with the reason."""
    source = read_source("s.py", before.encode())
    return unbound(source, after, changed(source, after), {"own"})


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("x = 1\n", "x = = 1\n", "parse"),
        ("x = 1\n", "return x\n", "compile"),
        ("x = 1  # one\n", "x = 1\n", "lose the comment '# one'"),
        ("x = 1  # one\n", "x = 1  # one\n# one\n", "twice"),
        ("x = 1\n", "x = 1", "how the file ends"),
        ("x = 1", "x = 1\n", "how the file ends"),
        ("x = 1\r\ny = 2\r\n", "x = 1\r\ny = 3\n", "newline"),
        ("if x:\n\ty()\n", "if x:\n\ty()\nif z:\n    w()\n", "tabs and spaces"),
        ("x = 1\n\f\ny = 2\n", "x = 1\n\ny = 2\n", "form feed"),
        ("#!/usr/bin/python\nx = 1\n", "import os\n#!/usr/bin/python\nx = 1\n", "first line"),
        ("# -*- coding: latin-1 -*-\nx = 'a'\n", "# -*- coding: latin-1 -*-\nx = '€'\n", "€"),
    ],
)
def test_a_broken_result_is_told_by_its_reason(before, after, reason) -> None:
    assert reason in (fault(before.encode("latin-1"), after) or "")


def test_a_sound_result_passes() -> None:
    assert fault(b"x = 1  # one\n", "import os\nx = 2  # one\n") is None


def test_a_script_that_did_not_compile_before_need_not_after() -> None:
    assert fault(b"return 1\n", "return 2\n") is None


LAYOUTS = st.tuples(
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["    ", "  ", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]),
    st.booleans(),
    st.booleans(),
)
LINES = st.lists(
    st.sampled_from(
        [
            "x = f(1)  # é one",
            "x = f(  # inside",
            "if y:",
            "f(f(2))",
            "del_me()  # gone",
            "\f",
            "",
            "# alone",
            'z = """f(3)\n  # no comment"""',
            "a = 1; f(4); del_me()",
            "w = [f(v) for v in x]",
        ]
    ),
    max_size=8,
)


def program(lines: list[str], newline: str, indent: str, *, ended: bool) -> str:
    out: list[str] = []
    for line in lines:
        if line == "if y:":
            out += [line, f"{indent}del_me()  # in a block", f"{indent}f(", f"{indent * 2}5,  # arg", f"{indent})"]
        elif line == "x = f(  # inside":
            out += [line, f"{indent}6", ")"]
        else:
            out.append(line)
    text = "\n".join(out) + ("\n" if ended else "")
    return text.replace("\n", newline)


@settings(max_examples=150, deadline=None)
@given(LINES, LAYOUTS)
def test_whatever_the_layout_a_rewrite_keeps_it(apply_bytes, lines, layout) -> None:
    newline, indent, encoding, ended, cookie = layout
    if cookie or encoding == "latin-1":
        lines = [f"# -*- coding: {encoding.removesuffix('-sig')} -*-", *lines]
    data = program(lines, newline, indent, ended=ended).encode(encoding)
    source = read_source("s.py", data)
    rules = (
        {"match": "f($X)", "rewrite": "g($X, k=h(0))"},
        {"match": "del_me()", "rewrite": ""},
        {"match": "if y:\n    $...BODY", "rewrite": "while y:\n    if z:\n        $...BODY"},
    )
    made = apply_bytes(data, *rules)
    assert not made.refused, made.refused
    assert fault(data, made.text) is None
    again = source.with_text(made.text)
    assert "f(" not in made.text.replace("f(3)", "")
    assert "del_me" not in made.text
    assert Counter(t for _, t in again.comments) == Counter(t for _, t in source.comments)
    assert source.encode(made.text)[:3] == data[:3] if encoding == "utf-8-sig" else True
    assert apply_bytes(source.encode(made.text), *rules).text == made.text


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("import numpy as np\nprint(np.pi)\n", "print(np.pi)\n", "np"),
        ("import numpy as np\ndef f():\n    return np.pi\n", "def f():\n    return np.pi\n", "np"),
        ("def f():\n    import a\n    return [a for b in c]\n", "def f():\n    return [a for b in c]\n", "a"),
        ("def f():\n    global a\n    a = 1\nprint(a)\n", "def f():\n    global a\nprint(a)\n", "a"),
        ("class A:\n    b = 1\n    c = b\n", "class A:\n    c = b\n", "b"),
        ("print(1)\n", "mean(1)\n", "mean"),
        ("print(1)\n", "own(1)\n", None),
        ("print(a)\n", "print(a, __file__, len)\n", None),
        ("from a import *\nprint(1)\n", "from a import *\nmean(1)\n", None),
        ("a = 1\nprint(a)\n", "a: int = 2\nprint(a)\n", None),
        ("print(1)\n", "try:\n    import a\nexcept E as e:\n    a = e\nelse:\n    (b := a), b\n", "E"),
        ("x = 1\n", "class A:\n    def f(self):\n        return __class__\n", None),
    ],
)
def test_no_name_loses_what_binds_it(before, after, lost) -> None:
    assert unbound_name(before, after) == (f"nothing would bind the name {lost} any more" if lost else None)


def test_what_an_older_python_reads_it_reads_afterwards(apply) -> None:
    rule = {"match": "f($X)", "rewrite": 'f"{$X} "'}
    made = apply('x = f(d["k"])\n', rule)
    assert not made.applied
    assert "would need Python 3.12" in made.refused[0].reason
    assert apply("x = f(d['k'])\n", rule).text == "x = f\"{d['k']} \"\n"
    assert apply('y = f"{d["k"]}"\nx = f(d["k"])\n', rule).text == 'y = f"{d["k"]}"\nx = f"{d["k"]} "\n'


def test_code_that_an_f_string_shows_stays_and_goes_only_as_a_whole(rewrite, apply) -> None:
    assert rewrite('print(f"{g(abc)=}, {d}")\n', 'print(f"{g($X)=}, {$Y}")', "log($X, $Y)") == "log(abc, d)\n"
    made = apply('print(f"{g(abc)=}, {d}")\n', {"match": "g($X)", "rewrite": "h($X)"})
    assert not made.applied
    assert "shows the code itself" in made.refused[0].reason


STATEMENTS = [
    "x = 1\n",
    "if x:\n    y()\n",
    "@d\ndef f():\n    '''one\nx = 1\n'''\n",
    "import os\n",
    "# c\n",
    "a = 1; b = os\n",
    "x = [\n    1,\n]\n",
    "\n",
    "global x\n",
]
MEMBERS = [
    "    x = 1\n",
    "    y = x\n",
    "    if x:\n        import a\n",
    "    def f(self):\n        global z\n        z = a = x\n        return x\n",
    "    @d\n    def g(self, y: os = 1):\n        def h(): return os, y, z\n",
    "    x = '''\none\n'''; y = x\n",
    "\n",
    "    # c\n",
    "# d\n",
]
ODD = [
    "else:\n    y()\n",
    "    else:\n        y()\n",
    "        x = y = z\n",
    "  y = z\n",
    "    global x\n",
    "'''\n",
    "1",
]
CLASSES = st.builds(
    lambda head, members: head + "".join(members),
    st.sampled_from(["class A:\n    w = 1\n", "@d\nclass B(x):\n    '''one'''\n", "class C:\n    x = z = 1\n"]),
    st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=4),
)
PARTS = st.lists(CLASSES | CLASSES | st.sampled_from(STATEMENTS), min_size=1, max_size=4)


@st.composite
def rewritings(draw):
    """A script, and another one with some of its lines changed."""
    start = draw(st.sampled_from(["", "", "class C: w = 1; v = w\n", "from __future__ import annotations\n"]))
    lines = "".join([start, *draw(PARTS), draw(st.sampled_from(["", "z = os", "os()\n"]))]).splitlines(keepends=True)
    others = draw(st.lists(st.sampled_from([*MEMBERS, *MEMBERS, *STATEMENTS, *ODD]), max_size=2))
    cut = draw(st.integers(0, len(lines)))
    return "".join(lines), "".join([*lines[:cut], *others, *lines[cut + draw(st.integers(0, 3)) :]])


@settings(deadline=None)
@given(rewritings())
def test_what_differs_put_in_place_of_its_lines_makes_the_new_text(texts) -> None:
    old, new = texts
    found = changed(read_source("s.py", old.encode()), new)
    lines = old.splitlines(keepends=True)
    for piece in reversed(found.pieces if found is not None else ()):
        first, last = piece.lines.start - 1, piece.lines.stop - 1
        assert piece.old == "".join(lines[first:last])
        lines[first : max(first, last)] = piece.new.splitlines(keepends=True)
    assert found is None or "".join(lines) == new


@settings(deadline=None, max_examples=300)
@given(rewritings())
def test_a_part_tells_of_the_whole_whether_it_is_sound(texts) -> None:
    old, new = texts
    source = read_source("s.py", old.encode())
    assert (fault(old.encode(), new) is None) == (broken(source, new, None) is None)
    assert unbound_name(old, new) == unbound(source, new, None, {"own"})
