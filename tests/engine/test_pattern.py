"""How patterns are read: what kind they are, which holes they have, and where they are wrong."""

import ast
import pickle

import pytest

from greenrules.engine.holes import Hole, hole, metavariables
from greenrules.engine.pattern import compile_pattern
from greenrules.errors import RuleError


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("$X", "expression", {"X"}),
        ("f($_, $...ARGS)", "expression", {"ARGS"}),
        ("$X = $Y", "statements", {"X", "Y"}),
        ("import $M", "import", {"M"}),
        ("from a import $N\nimport b", "import", {"N"}),
        ("def $F($X: int, *$A, k=$D): ...", "statements", {"F", "X", "A", "D"}),
        ('$X["$COL"]', "expression", {"X", "COL"}),
        ("($X: a.B).$M(...)", "expression", {"X", "M"}),
        ("lambda $X, ...: <... $Y ...>", "expression", {"X", "Y"}),
        ("f'{$X} {$Y!r}'", "expression", {"X", "Y"}),
        ("match $X:\n    case {'k': $V, **$R}: ...", "statements", {"X", "V", "R"}),
        ("except_ = $X", "statements", {"X"}),
        ("global $G", "statements", {"G"}),
    ],
)
def test_kinds_and_metavariables(text, kind, names):
    pattern = compile_pattern(text)
    assert (pattern.kind, pattern.metavariables) == (kind, names)


def test_holes_are_told_apart():
    call = compile_pattern('f($X, $...Y, ..., <... $Z ...>, ($T: a.B), "...", "=~/r+/", "$S", plain)').expression
    holes = [hole(argument) for argument in call.args]
    assert holes[:3] == [Hole("one", "X"), Hole("many", "Y"), Hole("many", "...0")]
    assert (holes[3].kind, ast.unparse(holes[3].inner)) == ("deep", "__hole_one_Z")
    assert holes[4:] == [
        Hole("typed", "T", type="a.B"),
        Hole("string"),
        Hole("string", regex="r+"),
        Hole("string", "S"),
        None,
    ]


def test_ellipses_are_numbered_as_they_are_written():
    pattern = compile_pattern("f(..., k=1, ...)\n...\ng(...)")
    found = {name for node in pattern.nodes for name in metavariables(node)}
    assert found == {"...0", "...1", "...2", "...3"}


def test_parameters_stand_in_templates_only():
    template = compile_pattern("f($X, size=${SIZE})", template=True)
    assert hole(template.expression.keywords[0].value) == Hole("parameter", "SIZE")
    assert template.metavariables == {"X"}
    with pytest.raises(RuleError, match="template only"):
        compile_pattern("f(${SIZE})")


def test_an_empty_template_deletes():
    assert compile_pattern("", template=True).nodes == ()


def test_a_pattern_survives_pickling():
    pattern = compile_pattern("for $I in $R:\n    $...BODY")
    again = pickle.loads(pickle.dumps(pattern))
    assert again == pattern
    assert [ast.dump(node) for node in again.nodes] == [ast.dump(node) for node in pattern.nodes]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("f(", 1, 2, "expected ')'"),
        ("f($x)", 1, 3, "expected a metavariable"),
        ("f('abc)", 1, 3, "does not close"),
        ("$X $Y", 1, 4, "not Python"),
        ("f(k=1, $X)", 1, 10, "positional argument follows keyword argument"),
        ("a\nb +", 2, 3, "not Python"),
        ("...", 1, 1, "matches everything"),
        ("   ", 1, 1, "empty"),
        ("($X: 1 + 2)", 1, 1, "dotted name"),
        ("<... a, b ...>", 1, 1, "one expression"),
        ("f(]", 1, 3, "unexpected ']'"),
        ('f("=~/(/")', 1, 3, "not a regular expression"),
    ],
)
def test_errors_stand_at_their_place(text, line, column, message):
    with pytest.raises(RuleError) as caught:
        compile_pattern(text)
    assert message in caught.value.message
    assert (caught.value.position.line, caught.value.position.column) == (line, column)
