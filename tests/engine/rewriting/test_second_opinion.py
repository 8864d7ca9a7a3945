"""Another parser has its say on what is written, and only then."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.second_opinion import comments_read, objection
from greenrules.engine.source import read_source


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("x = 1\n", "x = = 1\n", "cannot read"),
        ("x = 1  # one\n", "x = '  # one'\n", "does not find the comment '# one'"),
        ("x = 1  # one\n", "y = 2  # one\n", None),
        ("x = 1\n", "y = 2  # written\n", None),
        ("x = = 1\n", "y = 2\n", None),
        ("x = 1\r# a\r", "x = 2\r", None),
        ("x = 1\n\f\n\f\ny  # gone", "x = 1\n\f\n\f\n# gone", None),
    ],
)
def test_it_objects_to_what_it_cannot_read_and_to_lost_comments(before, after, reason) -> None:
    found = objection(read_source("s.py", before.encode()), after)
    assert (found is None) if reason is None else (reason in (found or ""))


PIECES = st.lists(
    st.sampled_from(
        [
            "x = 1  # é",
            "# alone",
            "f(  # open\n    1,  # one\n\n    # two\n)",
            "if a:  # if\n    # in\n    b()\n    # end\nelse:  # or\n    c()",
            "'''\n# no comment\n'''  # text",
            "x = f'{a}#'  # f",
            "a = [1, # x\n     2] + \\\n  b  # y",
            "match a:\n    # m\n    case 1:  # n\n        pass",
            "@d  # deco\n# between\ndef f(a,  # a\n      b): return 1  # r",
            "x = '#' \"# no\"  # yes",
            "with a as b, \\\n     c: pass; d()  # one line",
            "",
        ]
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_it_finds_the_comments_that_our_scanner_finds(pieces, newline, ended) -> None:
    text = ("\n".join(pieces) + "\n" * ended).replace("\n", newline)
    assert comments_read(text) == Counter(comment for _, comment in read_source("s.py", text.encode()).comments)


SCRIPT = """
    import sys
    sys.path[:0] = {path!r}
    from greenrules.engine.compose import apply_rules
    from greenrules.engine.knowledge import Knowledge
    from greenrules.engine.lint import lint_source
    from greenrules.engine.loader import load_rule_file
    from greenrules.engine.source import read_source
    from greenrules.engine.target import NoTarget

    rules = load_rule_file("r.yaml", {rules!r})
    source = read_source("s.py", b"f(1)  # one\\n")
    lint_source(source, rules, Knowledge(), NoTarget())
    apply_rules(read_source("s.py", b"g(1)\\n"), rules, Knowledge(), NoTarget())
    assert "libcst" not in sys.modules, "asked too early"
    made = apply_rules(source, rules, Knowledge(), NoTarget())
    assert made.text == "g(1)  # one\\n", made
    assert "libcst" in sys.modules, "not asked"
"""


def test_it_is_asked_only_when_something_is_written() -> None:
    rule = b"rules: [{id: r, tactic: idiom, summary: s, level: exact, match: f($X), rewrite: g($X)}]"
    script = textwrap.dedent(SCRIPT).format(path=sys.path, rules=rule)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
