"""Suppression comments: where they count, and those that count for nothing."""

from __future__ import annotations

import pytest

RULE = {"id": "no-foo", "match": "foo($...A)", "rewrite": "bar($...A)"}
IGNORE = "# greenrules: ignore[kit/no-foo] it is meant"


@pytest.mark.parametrize(
    "code",
    [
        f"x = foo(1)  {IGNORE}\n",
        f"{IGNORE}\nx = foo(1)\n",
        f"{IGNORE}\n# and another comment\nx = foo(1)\n",
        f"x = [  {IGNORE}\n    1,\n    foo(1),\n]\n",
        f"{IGNORE}\nx = [\n    1,\n    foo(1),\n]\n",
        f"x = [\n    1,\n    foo(1),  {IGNORE}\n]\n",
        f"def f():\n    {IGNORE}\n    return foo(1)\n",
        f"for y in foo(1):  {IGNORE}\n    pass\n",
        f"{IGNORE}\n@foo(1)\ndef f(): ...\n",
        "# greenrules: ignore[other/rule, kit/no-foo]\nx = foo(1)\n",
        "x = foo(1)  # greenrules: ignore[kit]\n",
        "x = foo(1)  # greenrules: ignore[kit/]\n",
        "# greenrules: ignore-file[kit/no-foo]\nx = 1\ny = foo(1)\n",
        '"""Doc."""\n# greenrules: ignore-file[kit]\nx = 1\ny = foo(1)\n',
    ],
)
def test_a_comment_keeps_the_rule_away(apply, lint, code) -> None:
    assert apply(code, RULE, pack="kit").text == code
    linted = lint(code, RULE, pack="kit")
    assert not linted.findings
    assert linted.suppressed == 1
    assert not linted.unused_suppressions


@pytest.mark.parametrize(
    "code",
    [
        f"{IGNORE}\ny = 1\nx = foo(1)\n",
        f"x = foo(1)\n{IGNORE}\n",
        f"for y in z:  {IGNORE}\n    foo(1)\n",
        "x = foo(1)  # greenrules: ignore[kit/no]\n",
        "x = foo(1)  # greenrules: ignore[other]\n",
        "x = 1\n# greenrules: ignore-file[kit/no-foo]\ny = foo(1)\n",
        'x = foo("# greenrules: ignore[kit/no-foo]")\n',
        "x = foo(1)  # greenrules: ignore\n",
    ],
)
def test_elsewhere_it_does_not(lint, code) -> None:
    assert len(lint(code, RULE, pack="kit").findings) == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"x = 1  {IGNORE}\n", "kit/no-foo has nothing to say here"),
        ("x = 1  # greenrules: ignore[kit/nofoo]\n", "no rule is called kit/nofoo"),
        ("x = 1  # greenrules: ignore\n", "names no rule"),
        ("x = 1  # greenrules: ignroe[kit/no-foo]\n", "expected ignore"),
        ("x = 1\n# greenrules: ignore-file[kit/no-foo]\n", "above the first statement"),
    ],
)
def test_a_comment_that_suppresses_nothing_is_reported(lint, code, reason) -> None:
    linted = lint(code, RULE, pack="kit", known=["kit/no-foo", "kit/other"])
    assert [reason in unused.reason for unused in linted.unused_suppressions] == [True]


def test_an_id_of_a_rule_that_was_not_run_is_not_judged(lint) -> None:
    code = "x = 1  # greenrules: ignore[kit/other]\n"
    assert not lint(code, RULE, pack="kit", known=["kit/no-foo", "kit/other"]).unused_suppressions


def test_of_two_ids_the_unused_one_is_reported(lint) -> None:
    other = {"id": "no-baz", "match": "baz()"}
    linted = lint("foo()  # greenrules: ignore[kit/no-foo, kit/no-baz]\n", RULE, other, pack="kit")
    assert [unused.reason for unused in linted.unused_suppressions] == ["kit/no-baz has nothing to say here"]
