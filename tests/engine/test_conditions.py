"""The sentences of `where:`: what each says yes to, no to, and what it does not know."""

import pytest

from greenrules.engine.answer import unknown
from greenrules.engine.condition_text import compile_condition
from greenrules.errors import RuleError

FRAME = "import pandas as pd\ndf = pd.read_csv('a')\n"
SVC = "from sklearn.svm import SVC\n"
ROWS = "for $I, $ROW in $DF.iterrows():\n    $...BODY"
ONLY = '$ROW used only as $ROW["$C"] or $ROW.$C in $...BODY'
LOOP = "for i, row in df.iterrows():\n    "

# sentence, pattern, code, line → verdict
TABLE = [
    (
        "$X is pandas.DataFrame",
        "$X.iterrows()",
        FRAME + "df.iterrows()\nz.iterrows()\n'a'.iterrows()",
        {3: True, 4: None},
    ),
    (
        "$X is not pandas.DataFrame",
        "$X.iterrows()",
        FRAME + "df.iterrows()\nz.iterrows()\n'a'.iterrows()",
        {4: None, 5: True},
    ),
    (
        "$X may be pandas.DataFrame",
        "$X.iterrows()",
        FRAME + "df.iterrows()\nz.iterrows()\n'a'.iterrows()",
        {3: True, 4: True},
    ),
    (
        '$T in {numpy.float64, "float64", float}',
        "f($T)",
        "import numpy as np\nD = 'float64'\nf(np.float64)\nf(D)\nf(float)\nf(q)\nf(np.int8)\nf('i4')\nf(np.double)",
        {3: True, 4: True, 5: True, 6: None, 9: True},
    ),
    ("$T in {1, None, (2, 3)}", "f($T)", "f(1)\nf(True)\nf(None)\nf((2, 3))\nf(1.0)", {1: True, 3: True, 4: True}),
    ("$T not in {1}", "f($T)", "f(1)\nf(2)\nf(x)", {2: True, 3: None}),
    ("$N >= 100", "f($N)", "f(100)\nf(99)\nN = 200\nf(N)\nf(x)\nf('a')\nf(-1)", {1: True, 4: True, 5: None}),
    ("$N < -1.5", "f($N)", "f(-2)\nf(-1)", {1: True}),
    ('$S == "rbf"', "f($S)", "f('rbf')\nf('x')\nf(y)", {1: True, 3: None}),
    ("$S != None", "f($S)", "f(None)\nf(1)", {2: True}),
    ("$X is literal", "f($X)", "f('rbf')\nf([1, 2])\nf(y)\nf(g())", {1: True, 2: True}),
    ("$X matches /^r.f$/", "f($X)", "f('rbf')\nf('ab')\nf(y)\nf(1)", {1: True, 3: None}),
    ("$F matches /^get_/", "def $F(...): ...", "def get_a(): pass\ndef b(): pass", {1: True}),
    ("argument n_jobs present", "sklearn.svm.SVC(...)", SVC + "SVC(n_jobs=1)\nSVC()\nSVC(**k)", {2: True, 4: None}),
    ("argument n_jobs absent", "sklearn.svm.SVC(...)", SVC + "SVC(n_jobs=1)\nSVC()\nSVC(**k)", {3: True, 4: None}),
    (
        "argument n_jobs in {-1, None}",
        "sklearn.svm.SVC(...)",
        SVC + "SVC(n_jobs=1)\nSVC(n_jobs=-1)\nSVC()\nSVC(n_jobs=n)",
        {3: True, 5: None},
    ),
    ("argument C > 2", "sklearn.svm.SVC(...)", SVC + "SVC(C=3)\nSVC(C=1)", {2: True}),
    (ONLY, ROWS, LOOP + "print(row['a'], row.b)", {1: True}),
    (ONLY, ROWS, LOOP + "print(row['a'])\n    f(row)", {}),
    (ONLY, ROWS, LOOP + "print(row['a'])\nf(row)", {1: True}),
    ("$ROW unused after", ROWS, LOOP + "print(row['a'])\nprint(row)", {}),
    ("$ROW unused after", ROWS, LOOP + "print(row['a'])\nprint(i)", {1: True}),
    ("$ROW not reassigned in $...BODY", ROWS, LOOP + "row = 1", {}),
    ("$ROW not reassigned in $...BODY", ROWS, LOOP + "print(row)", {1: True}),
    ("$ROW not mutated in $...BODY", ROWS, LOOP + "row['a'] = 1", {}),
    ("$E pure", "f($E)", "import numpy as np\nf(a + 1)\nf(np.sqrt(2))\nf(g())", {2: True, 3: True, 4: None}),
    ("$E invariant in $LOOP", "f($E)", "n = 2\nfor i in r:\n    f(n + 1)\n    f(i)\nf(3)", {3: True, 5: None}),
    (
        "result used only as $_.fit(...) or $_.predict($_)",
        "sklearn.svm.SVC(...)",
        SVC + "c = SVC()\nc.fit(1)\nc.predict(2)",
        {2: True},
    ),
    (
        "result used only as $_.fit(...) or $_.predict($_)",
        "sklearn.svm.SVC(...)",
        SVC + "c = SVC()\nc.fit(1)\nprint(c)",
        {},
    ),
    ("result used only as len($_)", "f($X)", "print(len(f(1)))\nprint(f(2))", {1: True}),
    ("result unused", "f($X)", "f(1)\ny = f(2)\ng(f(3))", {1: True}),
    ("inside g(...)", "f(...)", "g(f(1))\nf(2)\ng(h(f(3)))", {1: True, 3: True}),
    (
        "not inside sklearn.ensemble.VotingClassifier(...)",
        "sklearn.svm.SVC(...)",
        SVC + "from sklearn.ensemble import VotingClassifier as V\nV([('a', SVC())])\nSVC()",
        {4: True},
    ),
    (
        "inside `@numba.njit\\ndef $F(...): ...`",
        "f($X)",
        "import numba as nb\n@nb.njit\ndef a():\n    f(1)\ndef b():\n    f(2)",
        {4: True},
    ),
    ("inside for $X in $R: ...", "f($X)", "for i in r:\n    f(i)\n    f(j)", {2: True}),
    ("inside `$A = 1\\n...\\n$B = 2`", "f($X)", "a = 1\nf(1)\nb = 2\nf(2)", {2: True}),
    ("contains g(...)", "f(...)", "f(g(1))\nf(2)", {1: True}),
    ("contains `return $X`", "def $F(...): ...", "def a():\n    if b:\n        return 1\ndef c(): pass", {1: True}),
    ("after s(...)", "f($X)", "s(1)\nf(1)\nif q:\n    f(2)\ndef h():\n    f(3)", {2: True, 4: True, 6: True}),
    ("after s(...)", "f($X)", "f(1)\nif q:\n    s(2)\nf(2)", {4: None}),
    ("not after s(...)", "f($X)", "f(1)\nif q:\n    s(2)\nf(2)", {1: True, 4: None}),
    ("before s(...)", "f($X)", "f(1)\ns(2)\nf(2)", {1: True}),
    ("before s(...)", "f($X)", "for i in r:\n    s(1)\n    f(3)", {3: None}),
    (
        "in loop",
        "f($X)",
        (
            "f(1)\nfor i in f(2):\n    f(3)\n    [f(4) for x in y]\n    def h():\n        f(5)\n"
            "[a for x in f(6)]\nwhile f(7): pass"
        ),
        {3: True, 4: True, 8: True},
    ),
    ("at module level", "f($X)", "f(1)\nif a:\n    f(2)\ndef h():\n    f(3)\nclass K:\n    f(4)", {1: True, 3: True}),
    ("script imports numpy", "f($X)", "import numpy.linalg\nf(1)", {2: True}),
    ("script imports numpy", "f($X)", "import numpyx\nf(1)", {}),
    ("script imports sklearn.ensemble", "f($X)", "from sklearn.ensemble._forest import R\nf(1)", {2: True}),
    ("stage is training-loop", "f($X)", SVC + "c = SVC()\nc.fit(f(1))\nf(2)", {3: True, 4: True}),
    ("stage is inference", "f($X)", SVC + "c = SVC()\nc.fit(f(1))", {}),
    ("not (in loop or $X == 2) and at module level", "f($X)", "f(1)\nf(2)\nfor i in r: f(3)", {1: True}),
    ("in loop or $X == 1", "f($X)", "f(1)\nf(x)\nf(2)", {1: True, 2: None}),
]


@pytest.mark.parametrize(("sentence", "pattern", "code", "lines"), TABLE)
def test_the_table_of_conditions(kit, sentence, pattern, code, lines):
    assert kit.lines(pattern, code, [sentence]) == lines


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("c = SVC()\nc.fit(1)\nc.predict(2)", True),
        ("c = SVC()\nc.fit(1)\nc.coef_", True),
        ("c = SVC()\nc.fit(1)\nc.support_", "none"),
        ("c = SVC()\nanywhere(c)", None),
        ("SVC().fit(1)", True),
    ],
)
def test_result_compatible_with_another_class(kit, attributes, code, verdict):
    target = attributes({"sklearn.svm.LinearSVC": frozenset({"fit", "predict"})})
    lines = kit.lines(
        "sklearn.svm.SVC(...)", SVC + code, ["result compatible with sklearn.svm.LinearSVC"], target=target
    )
    assert lines == ({} if verdict == "none" else {2: verdict})


def test_compatibility_is_not_known_when_the_target_is_not(kit):
    where = ["result compatible with sklearn.svm.LinearSVC"]
    assert kit.lines("sklearn.svm.SVC(...)", SVC + "SVC().fit(1)", where) == {2: None}


def test_a_value_that_a_notebook_displays_is_used(kit):
    facts = kit.facts(
        '{"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,'
        ' "source": ["f(1)\\n", "f(2)"]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        path="a.ipynb",
    )
    from greenrules.engine.find import find

    found = find(facts, (kit.rule("f($X)", ["result unused"]),))
    assert [match.bindings["X"].value for match in found] == [1]


@pytest.mark.parametrize(
    ("answer", "verdict"), [(True, True), (False, "none"), (None, None), (unknown("no idea"), None)]
)
def test_predicates_of_packs_have_three_answers(kit, answer, verdict):
    seen = []

    def predicate(arguments, match, facts):
        seen.append(arguments)
        return answer

    lines = kit.lines("f($X)", "f(a)", ['mine.check($X, "b", 3)'], predicates={"mine.check": predicate})
    assert lines == ({} if verdict == "none" else {1: verdict})
    assert seen[0][0].id == "a"
    assert seen[0][1:] == ["b", 3]


def test_a_predicate_that_fails_or_is_missing_is_not_known(kit):
    def broken(arguments, match, facts):
        raise KeyError("oops")

    found = kit.matches("f($X)", "f(a)", ["mine.check($X)"], predicates={"mine.check": broken})
    assert "KeyError" in found[0].verdict.reason
    found = kit.matches("f($X)", "f(a)", ["mine.check($X)"])
    assert "no installed pack" in found[0].verdict.reason


def test_a_doubtful_condition_gives_its_sentence_and_reason(kit):
    found = kit.matches("f($X)", "f(a)", ["$X >= 100"])
    assert found[0].verdict.reason == "$X >= 100: its value is not known"


@pytest.mark.parametrize(
    ("sentence", "column", "message"),
    [
        ("$X is", 5, "ends too early"),
        ("result compatibel with a.B", 8, "unexpected 'compatibel'"),
        ("stage is trainin-loop", 10, "unexpected 'trainin-loop'"),
        ("inside `f(`", 10, "open bracket"),
        ("inside $M.fit(", 14, "ends too early"),
        ("$X matches /(/", 12, "regular expression"),
        ("argument x unused after", 10, "metavariable"),
        ("$X in {f(1)}", 9, "unexpected"),
        ("inside `f(x", 8, "backquote"),
        ("", 1, "ends too early"),
        ("not", 3, "ends too early"),
        ("inside `a\\nb $X`", 14, "not Python"),
    ],
)
def test_errors_stand_at_their_place(sentence, column, message):
    with pytest.raises(RuleError) as caught:
        compile_condition(sentence)
    assert message in caught.value.message
    assert caught.value.position.column == column


def test_a_slip_in_a_word_gets_the_nearest_one():
    with pytest.raises(RuleError) as caught:
        compile_condition("result compatibel with a.B")
    assert "compatible" in caught.value.remedy
    assert "result compatible with" in caught.value.detail
    with pytest.raises(RuleError) as caught:
        compile_condition("stage is trainin-loop")
    assert "training-loop" in caught.value.remedy


def test_a_misspelt_word_is_no_type(kit):
    with pytest.raises(RuleError, match="no builtin type is called 'literl'") as caught:
        kit.rule("f($X)", ["$X is literl"])
    assert caught.value.remedy == "did you mean literal?"
    kit.rule("f($X)", ["$X is float"])


class Sparing:
    """A predicate that tells of some nodes that no match which starts there holds."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def __call__(self, arguments, match, facts):
        self.asked.append(match.node.lineno)
        return self.answer

    def may_start(self, node, facts):
        return node.lineno != 2


@pytest.mark.parametrize("condition", ["mine.check($X)", "mine.check($X) and mine.check($X)", "mine.check($X) as $NEW"])
@pytest.mark.parametrize("answer", ["new", None])
def test_a_predicate_is_not_asked_of_matches_that_it_rules_out_by_their_first_node(kit, condition, answer):
    sparing = Sparing(answer)
    lines = kit.lines("f($X)", "f(a)\nf(b)\nf(c)", [condition], predicates={"mine.check": sparing})
    assert list(lines) == [1, 3]
    assert set(sparing.asked) == {1, 3}
