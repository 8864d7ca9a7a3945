"""Code that a predicate writes: ``pack.predicate($X) as $NEW``."""

from __future__ import annotations

import ast

import pytest

from greenrules.engine.compose import apply_rules
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.loader import load_rule_file
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget
from greenrules.errors import PackError, RuleError

RULE = """
rules:
  - id: r
    tactic: idiom
    summary: s
    level: exact
    match: old($X)
    where:
      - kit.names($X) as $NAMES
    rewrite: new($X, $NAMES)
"""


def names(arguments, match, facts):
    """The names of an expression, as a list of strings; nothing where there is none."""
    found = sorted({node.id for node in ast.walk(arguments[0]) if isinstance(node, ast.Name)})
    return repr(found) if found else False


def rewritten(code, predicate=names):
    rules = with_predicates(load_rule_file("r.yaml", RULE.encode()), {"kit.names": predicate})
    return apply_rules(read_source("s.py", code.encode()), rules, Knowledge(), NoTarget()).text


def test_what_the_predicate_writes_stands_in_the_template():
    assert rewritten("old(b + a)  # here\n") == "new(b + a, ['a', 'b'])  # here\n"


@pytest.mark.parametrize("answer", [False, None])
def test_a_predicate_that_writes_nothing_lets_nothing_through(answer):
    assert rewritten("old(b + a)\n", lambda *_: answer) == "old(b + a)\n"


def test_a_predicate_that_fails_lets_nothing_through():
    assert rewritten("old(b)\n", lambda *_: 1 / 0) == "old(b)\n"


def test_code_is_computed_only_where_the_sentence_stands_alone():
    text = RULE.replace("kit.names($X) as $NAMES", "kit.names($X) as $NAMES or $X is literal")
    with pytest.raises((RuleError, PackError), match="stands alone"):
        load_rule_file("r.yaml", text.encode())


def test_a_name_that_nothing_computes_is_an_error():
    with pytest.raises((RuleError, PackError), match="not bound"):
        load_rule_file("r.yaml", RULE.replace("as $NAMES", "as $OTHER").encode())
