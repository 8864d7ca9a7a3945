"""Argument tables: renamed, kept, dropped, set and mapped, positional ones through the old signature."""

from __future__ import annotations

import pytest

CALL = {"match": "kit.old(...)", "rewrite": "kit.new(...)"}
HEAD = "import kit\n"


def changed(apply, code, **arguments):
    made = apply(HEAD + code, {**CALL, "arguments": {"others": "abstain", **arguments}})
    return made.text.removeprefix(HEAD), made


@pytest.mark.parametrize(
    ("table", "code", "expected"),
    [
        ({"keep": ["a"]}, "kit.old(1)\n", "kit.new(1)\n"),
        ({"keep": ["a", "b"]}, "kit.old(1, 2)\n", "kit.new(1, b=2)\n"),
        ({"keep": ["a", "b", "c"]}, "kit.old(1, 2, 3)\n", "kit.new(1, b=2, c=3)\n"),
        ({"keep": ["a", "c"], "drop": ["b"]}, "kit.old(1, 2, 3)\n", "kit.new(1, 3)\n"),
        ({"rename": {"a": "c"}}, "kit.old(1)\n", "kit.new(c=1)\n"),
        ({"rename": {"e": "f"}, "keep": ["a"]}, "kit.old(1, e = 2)\n", "kit.new(1, f = 2)\n"),
        ({"keep": ["a"], "set": {"f": 7}}, "kit.old(1)\n", "kit.new(1, f=7)\n"),
        ({"keep": ["a"], "set": {"e": 7}}, "kit.old(1, e=4)\n", "kit.new(1, e=7)\n"),
        ({"keep": ["a"], "set": {"f": '"hist"'}}, "kit.old(a=1)\n", 'kit.new(a=1, f="hist")\n'),
        ({"map": {"e": {"gini": "entropy"}}}, "kit.old(e='gini')\n", "kit.new(e='entropy')\n"),
        ({"map": {"e": {"4": 5}}}, "kit.old(e=4)\n", "kit.new(e=5)\n"),
        ({"map": {"e": {"4": 5}}, "rename": {"e": "f"}}, "kit.old(e=4)\n", "kit.new(f=5)\n"),
        ({"map": {"e": {"4": 5}}, "keep": ["e"]}, "kit.old(e=6)\n", "kit.new(e=6)\n"),
        ({"drop": ["a", "b", "c", "d", "e"]}, "kit.old(1, 2, e=3)\n", "kit.new()\n"),
        ({"others": "drop"}, "kit.old(1, e=3)\n", "kit.new()\n"),
        ({"others": "keep"}, "kit.old(1, e=3)\n", "kit.new(1, e=3)\n"),
        ({"others": "keep-if-accepted"}, "kit.old(1, e=3)\n", "kit.new(1, e=3)\n"),
        ({"keep": ["a"]}, "kit.old(1,)\n", "kit.new(1,)\n"),
        ({"keep": ["a", "e"]}, "kit.old((x for x in y), e=1)\n", "kit.new((x for x in y), e=1)\n"),
        ({"rename": {"a": "f"}}, "kit.old(x for x in y)\n", "kit.new(f=(x for x in y))\n"),
    ],
)
def test_the_table_says_what_becomes_of_each_argument(apply, table, code, expected) -> None:
    text, made = changed(apply, code, **table)
    assert text == expected, made
    assert not made.refused


@pytest.mark.parametrize(
    ("table", "code", "reason"),
    [
        ({"keep": ["a"]}, "kit.old(1, e=2)\n", "argument e has no counterpart"),
        ({"keep": ["a"]}, "kit.old(*args)\n", "*"),
        ({"keep": ["a"]}, "kit.old(1, **options)\n", "**"),
        ({"map": {"e": {"4": 5}}}, "kit.old(e=6)\n", "the value of argument e has no counterpart"),
        ({"map": {"e": {"4": 5}}, "keep": ["e"]}, "kit.old(e=unknown)\n", "the value of argument e is not known"),
        ({"others": "keep-if-accepted"}, "kit.old(1, d=3)\n", "does not accept argument d"),
        ({"rename": {"a": "e"}, "keep": ["e"]}, "kit.old(1, e=3)\n", "same name"),
    ],
)
def test_a_site_is_refused_with_the_reason(apply, table, code, reason) -> None:
    text, made = changed(apply, code, **table)
    assert text == code
    assert reason in (made.refused or made.suggestions)[0].reason


def test_positional_arguments_without_a_known_signature_are_refused(apply) -> None:
    rule = {"match": "kit.other(...)", "rewrite": "kit.new(...)", "arguments": {"others": "keep"}}
    made = apply(HEAD + "kit.other(1)\n", rule)
    assert "signature" in made.refused[0].reason
    assert apply(HEAD + "kit.other(a=1)\n", rule).text == HEAD + "kit.new(a=1)\n"


def test_the_signature_of_the_rule_names_positional_arguments(apply) -> None:
    rule = {
        "match": "kit.other(...)",
        "rewrite": "kit.new(...)",
        "signature": "(x, y=2)",
        "arguments": {"rename": {"x": "e"}, "others": "drop"},
    }
    assert apply(HEAD + "kit.other(1, 3)\n", rule).text == HEAD + "kit.new(e=1)\n"


def test_a_table_without_a_template_changes_the_matched_call(apply) -> None:
    rule = {"match": "kit.old(...)", "arguments": {"set": {"e": 9}, "others": "keep"}}
    made = apply(HEAD + "x = kit.old(1, 2)\n", rule)
    assert made.text == HEAD + "x = kit.old(1, 2, e=9)\n"
    assert made.rounds == 1


def test_a_value_that_already_is_as_set_is_left_as_written(apply) -> None:
    rule = {"match": "kit.old(...)", "arguments": {"set": {"e": '"s"'}, "others": "keep"}}
    made = apply(HEAD + "E = 's'\nkit.old(e='s')\nkit.old(e=E)\n", rule)
    assert made.rounds == 0


def test_comments_of_dropped_arguments_stay(apply) -> None:
    code = "kit.old(\n    1,  # one\n    b=2,  # two\n    # about e\n    e=3,\n)\n"
    text, _ = changed(apply, code, keep=["a", "e"], drop=["b"])
    assert text == "kit.new(\n    1,  # one\n    # two\n    # about e\n    e=3,\n)\n"


def test_the_last_argument_dropped_takes_the_comma_that_was_not_there(apply) -> None:
    text, _ = changed(apply, "kit.old(\n    1,\n    b=2\n)\n", keep=["a"], drop=["b"])
    assert text == "kit.new(\n    1\n)\n"


def test_set_may_name_what_must_be_imported(apply) -> None:
    code = "import kit\nimport numpy as np\nkit.old(1)\n"
    rule = {**CALL, "arguments": {"keep": ["a"], "set": {"f": "numpy.float32"}}}
    assert apply(code, rule).text == "import kit\nimport numpy as np\nkit.new(1, f=np.float32)\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("np.zeros((3, 3), np.float64)  # keep\n", "np.zeros((3, 3), np.float32)  # keep\n"),
        ("np.zeros((3, 3), dtype = 'float64')\n", "np.zeros((3, 3), dtype = np.float32)\n"),
        ("np.zeros(dtype=float, shape=4)\n", "np.zeros(dtype=np.float32, shape=4)\n"),
        ("np.zeros(3)\n", "np.zeros(3)\n"),
        ("np = Fake()\nnp.zeros(3, dtype=np.float64)\n", "np = Fake()\nnp.zeros(3, dtype=np.float64)\n"),
    ],
)
def test_a_pattern_that_names_an_argument_edits_it_where_it_stands(apply, code, expected) -> None:
    rule = {
        "match": "numpy.zeros($S, dtype=$T, ...)",
        "where": ['$T in {numpy.float64, "float64", float}'],
        "rewrite": "numpy.zeros($S, dtype=numpy.float32, ...)",
    }
    head = "import numpy as np\n"
    assert apply(head + code, rule).text == head + expected


@pytest.mark.parametrize(
    ("table", "code", "expected"),
    [
        ({"set": {"f": 7}}, "kit.many(1, 2, 3, 4)\n", "kit.many(1, 2, 3, 4, f=7)\n"),
        ({"set": {"b": 7}}, "kit.many(1, 2, 3, 4)\n", "kit.many(1, 7, 3, 4)\n"),
        ({"set": {"f": 7}}, "kit.many(*x)\n", "kit.many(*x, f=7)\n"),
        (
            {"set": {"f": 7}},
            "kit.many(\n    1,\n    *x,  # why\n)\n",
            "kit.many(\n    1,\n    *x,  # why\n    f=7,\n)\n",
        ),
        ({"set": {"e": 7}}, "kit.many(1, *x, 2, e=1)\n", "kit.many(1, *x, 2, e=7)\n"),
        ({"rename": {"e": "f"}}, "kit.many(1, *x, e=1)\n", "kit.many(1, *x, f=1)\n"),
        ({"set": {"b": 7}}, "kit.many(*x, b=1)\n", "kit.many(*x, b=7)\n"),
        (
            {"set": {"f": 7}, "keep": ["a", "b", "rest"], "others": "abstain"},
            "kit.many(1, 2, 3)\n",
            "kit.many(1, 2, 3, f=7)\n",
        ),
        ({"set": {"f": 7}}, "kit.many(1, *x, **{'e': 1})\n", "kit.many(1, *x, **{'e': 1}, f=7)\n"),
    ],
)
def test_a_keyword_is_added_behind_arguments_that_only_their_place_gives(apply, table, code, expected) -> None:
    made = apply(HEAD + code, {"match": "kit.many(...)", "arguments": {"others": "keep", **table}})
    assert made.text == HEAD + expected, made


@pytest.mark.parametrize(
    ("table", "code", "reason"),
    [
        ({"set": {"b": 7}}, "kit.many(*x)\n", "argument b may stand behind *"),
        ({"rename": {"e": "b"}}, "kit.many(1, *x, e=2)\n", "argument b may stand behind *"),
        ({"set": {"f": 7}}, "kit.many(1, *x, **y)\n", "the call has **arguments"),
        ({"set": {"f": 7}, "drop": ["b"]}, "kit.many(1, 2, 3)\n", "would move to another place"),
        (
            {"set": {"f": 7}, "rename": {"b": "e"}},
            "kit.many(1, 2, 3)\n",
            "a positional argument would follow a keyword",
        ),
        ({"set": {"f": 7}, "others": "abstain", "keep": ["a"]}, "kit.many(1, *x)\n", "no counterpart"),
        ({"set": {"e": 7}}, "kit.many(1, **{'e': 1})\n", "argument e comes out of **"),
    ],
)
def test_what_has_no_name_is_neither_moved_nor_guessed(apply, table, code, reason) -> None:
    made = apply(HEAD + code, {"match": "kit.many(...)", "arguments": {"others": "keep", **table}})
    assert made.text == HEAD + code
    assert reason in made.refused[0].reason


def test_what_has_no_name_is_not_given_to_another_callee(apply) -> None:
    rule = {"match": "kit.many(...)", "rewrite": "kit.new(...)", "arguments": {"others": "keep", "set": {"f": 7}}}
    for call in ("kit.many(1, 2, 3)", "kit.many(*x)"):
        made = apply(f"{HEAD}{call}\n", rule)
        assert not made.applied
        assert "would be given to kit.new" in made.refused[0].reason
