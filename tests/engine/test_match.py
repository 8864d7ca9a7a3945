"""Matches of a whole rule: several patterns, values and types that decide, their order, and their bounds."""

import time

import pytest


def test_constants_stand_for_themselves(kit):
    code = "DT = 'float64'\nf(dtype=DT)\ndef g(d):\n    f(dtype=d)\nf(dtype='float' + '64')"
    assert kit.lines('f(dtype="float64")', code) == {2: True, 5: True}


def test_a_typed_metavariable_wants_proof(kit):
    code = "import pandas as pd\ndf = pd.read_csv('a')\ndf.iterrows()\nother.iterrows()"
    assert kit.lines("($X: pandas.DataFrame).iterrows()", code) == {3: True}


def test_any_and_all_and_nested_conditions(kit):
    match = {"any": ["f($X)", {"match": "g($X)", "where": ["$X >= 2"]}]}
    assert kit.lines(match, "f(1)\ng(1)\ng(2)") == {1: True, 3: True}
    both = {"all": ["f(..., a=$X, ...)", "f(..., b=$X, ...)"]}
    assert kit.lines(both, "f(a=1, b=1)\nf(a=1, b=2)\nf(b=1)") == {1: True}


def test_a_certain_alternative_wins_over_a_doubtful_one(kit):
    match = {"any": [{"match": "f($X)", "where": ["$X == 1"]}, "f(y)"]}
    assert kit.lines(match, "f(y)\nf(z)") == {1: True, 2: None}


def test_targets_of_assignments_are_not_expressions(kit):
    assert kit.lines("$X[0]", "a[0] = b[0]\ndel a[0]") == {1: True}


def test_matches_come_in_source_order_outer_first(kit):
    found = kit.matches("f(...)", "f(f(1), f(2))\nf(3)")
    assert [(m.node.lineno, m.node.col_offset) for m in found] == [(1, 0), (1, 2), (1, 8), (2, 0)]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("f(" + "..., $A, " * 12 + "..., 'no')", "f(" + ", ".join(f"x{i}" for i in range(200)) + ")"),
        ("f(" + "..., $A, " * 6 + "...)", "f(" + ", ".join(f"x{i}" for i in range(200)) + ")"),
        ("[" + "..., 1, " * 10 + "2]", "[" + "1, " * 300 + "]"),
        ("$A\n" + "...\n$B = $A\n" * 5 + "...\nnever()", "\n".join(f"x{i} = y" for i in range(150)) + "\nnever"),
        ("... + $A + ... + $A + ...", " + ".join(f"x{i}" for i in range(150))),
        ("{" + "..., $K: 1, " * 6 + "'no': 2}", "{" + ", ".join(f"{i}: 1" for i in range(100)) + "}"),
        (
            "f(" + ", ".join(f"$K{i}=1" for i in range(9)) + ", z=2)",
            "f(" + ", ".join(f"a{i}=1" for i in range(9)) + ", z=3)",
        ),
    ],
)
def test_many_ellipses_are_bounded(kit, pattern, code):
    started = time.process_time()
    kit.lines(pattern, code)
    assert time.process_time() - started < 3


GROWING = """
import numpy as np
def f(rows):
    out = np.zeros(0)
    for row in rows:
        part = row + 1
        out = np.append(out, part)
    return out
"""


@pytest.mark.parametrize(
    "patterns",
    [
        ["$A = numpy.zeros(0)\n...\nreturn $A", "...\n<... numpy.append($A, $X) ...>\n..."],
        ["$A = numpy.zeros(0)\nfor $I in $R:\n    $...B", "...\n<... numpy.append($A, $X) ...>"],
        ["$A = numpy.zeros(0)\nfor $I in $R:\n    $...B", "<... numpy.append($A, $X) ...>"],
        ["<... numpy.append($A, $X) ...>", "$A = numpy.zeros(0)\nfor $I in $R:\n    $...B"],
        ["$A = numpy.zeros(0)\n...\nreturn $_", "<... numpy.append($A, $X) ...>", "<... $I + 1 ...>"],
    ],
)
def test_all_finds_code_at_any_depth_of_the_statements_that_another_pattern_matched(kit, patterns):
    assert kit.lines({"all": patterns}, GROWING) == {4: True}
    assert kit.bound({"all": patterns}, GROWING)["X"] == "part"
    assert not kit.lines({"all": patterns}, GROWING.replace("np.append(out, ", "np.append(rows, "))


def test_all_asks_whether_an_expression_contains_code(kit):
    both = {"all": ["f(...)", "<... $X.y ...>"]}
    assert kit.lines(both, "f(1, g(a.y))\nf(1)\na.y\n") == {1: True}


def test_all_of_two_runs_wants_the_same_statements(kit):
    both = {"all": ["a()\n...\nb()", "...\nc()\nb()"]}
    assert kit.lines(both, "a()\nx()\nc()\nb()\n") == {1: True}
    assert not kit.lines(both, "a()\nc()\nx()\nb()\n")
