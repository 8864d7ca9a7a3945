"""A rule's examples, run as its tests."""

from __future__ import annotations

import pytest

from greenrules.engine.examples import run_examples
from greenrules.engine.target import NoTarget

RULE = {"id": "no-foo", "match": "foo($X)", "rewrite": "bar($X)"}


def failures(rules, knowledge, *examples, **fields):
    (rule,) = rules({**RULE, **fields, "examples": list(examples)})
    return run_examples(rule, knowledge, NoTarget())


def test_examples_that_hold_say_nothing(rules, knowledge) -> None:
    assert not failures(
        rules,
        knowledge,
        {"before": "x = foo(1)  # c\n", "after": "x = bar(1)  # c\n"},
        {"unchanged": "x = baz(1)\n"},
    )


@pytest.mark.parametrize(
    ("example", "fields", "message", "detail"),
    [
        ({"before": "foo(1)\n", "after": "baz(1)\n"}, {}, "something else is written", "+bar(1)"),
        ({"before": "fooo(1)\n", "after": "bar(1)\n"}, {}, "nothing is written", "+bar(1)"),
        ({"before": "foo(1)\n", "after": "foo(1)\n"}, {"rewrite": "(yield $X)"}, "", ""),
        ({"unchanged": "foo(1)\n"}, {}, "should stay as it is", "+bar(1)"),
        ({"unchanged": "foo(1)\n"}, {"rewrite": None}, "should be left alone", ""),
        ({"before": "foo(1)\n", "finding": "suggestion"}, {"rewrite": None}, "found lint", ""),
        ({"before": "foo(\n", "after": "x\n"}, {}, "not Python", ""),
    ],
)
def test_an_example_that_does_not_hold_says_why(rules, knowledge, example, fields, message, detail) -> None:
    given = {key: value for key, value in {**RULE, **fields}.items() if value is not None}
    (rule,) = rules({**given, "examples": [example]})
    found = run_examples(rule, knowledge, NoTarget())
    if not message:
        assert not found
        return
    assert message in found[0].message
    assert detail in found[0].detail
    assert "rules.yaml:" in found[0].render()


def test_lint_only_rules_prove_their_finding(rules, knowledge) -> None:
    (rule,) = rules({"match": "foo($X)", "examples": [{"before": "foo(1)\n", "finding": "lint"}]})
    assert not run_examples(rule, knowledge, NoTarget())


def test_parameters_of_an_example_are_written(rules, knowledge) -> None:
    assert not failures(
        rules,
        knowledge,
        {"before": "foo(1)\n", "after": "bar(1, 64)\n", "parameters": {"N": 64}},
        {"before": "foo(1)\n", "after": "bar(1, 16)\n"},
        rewrite="bar($X, ${N})",
        parameters={"N": {"choices": [16, 64]}},
    )
