"""What a text says of rules before anything but the text is looked at."""

import ast

from greenrules.engine.knowledge import Knowledge
from greenrules.engine.lint import lint_source
from greenrules.engine.loader import load_rule_file
from greenrules.engine.source import read_source
from greenrules.engine.spoken import Glimpse
from greenrules.engine.target import NoTarget

RULE = b"""\
rules:
  - id: a
    tactic: idiom
    summary: s
    level: exact
    match: "def $F(...): $...BODY"
    rewrite: "def $F(): pass"
    where: [mine.loops($F)]
"""


class Loops:
    """A predicate that looks at more than the text before there is a match."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, arguments, match, facts):
        return facts.nodes(ast.For) != []

    def may_hold(self, arguments, match, facts):
        self.asked += 1
        assert match.rule.id == "a" and match.nodes == () and arguments == [None]
        return facts.remembered("mine", lambda: facts.nodes(ast.For)) != []


def found(text, *, suggestions=False):
    predicate = Loops()
    (rule,) = load_rule_file("a.yaml", RULE)
    rules = (rule.with_predicates({"mine.loops": predicate}),)
    source = read_source("a.py", text.encode())
    made = lint_source(source, rules, Knowledge(), NoTarget(), suggestions=suggestions)
    return len(made.findings), predicate.asked


def test_a_predicate_may_look_at_all_of_a_script_before_there_is_a_match():
    assert found("def f():\n    for i in x:\n        print(i)\n") == (1, 1)
    assert found("def f():\n    return 1\n") == (0, 1)
    assert found("f = 1\n") == (0, 0)
    assert found("def f():\n    return 1\n", suggestions=True) == (0, 0)


def test_a_script_with_a_comment_that_keeps_a_rule_away_is_looked_at_whole():
    source = read_source("a.py", b"x = 1  # greenrules: ignore[a]\n")
    (rule,) = load_rule_file("a.yaml", RULE)
    made = lint_source(source, (rule,), Knowledge(), NoTarget(), suggestions=False)
    assert [one.reason for one in made.unused_suppressions] == ["a has nothing to say here"]


def test_what_a_glimpse_works_out_the_facts_remember():
    glimpse = Glimpse(read_source("a.py", b"x = 1\n"), Knowledge(), NoTarget())
    held = glimpse.remembered("key", lambda: [1])
    assert glimpse.facts.remembered("key", lambda: [2]) is held
    assert glimpse.facts is glimpse.facts
    assert len(glimpse.tree.body) == 1
