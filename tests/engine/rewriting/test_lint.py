"""Findings: their kind, their place, their reason and what would be written."""

from __future__ import annotations

import gc
import json
import subprocess
import sys

import pytest

from greenrules.engine.source import Source

RULE = {"id": "no-foo", "match": "foo($X)", "rewrite": "bar($X)", "summary": "bar is cheaper than foo"}


def test_a_finding_says_where_and_what_would_be_written(lint) -> None:
    (finding,) = lint("x = 1\ny = [é, foo(\n    2)]\n", RULE).findings
    assert (finding.kind, finding.rule, finding.message) == ("fixable", "no-foo", "bar is cheaper than foo")
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 9, 3, 7)
    assert finding.fix == (
        "--- a/script.py\n+++ b/script.py\n@@ -1,3 +1,3 @@\n x = 1\n-y = [é, foo(\n+y = [é, bar(\n     2)]\n"
    )


@pytest.mark.parametrize(
    ("rule", "code", "kind", "reason"),
    [
        ({"match": "foo($X)"}, "foo(1)\n", "lint", None),
        ({"match": "foo($X)", "where": ["$X is kit.T"]}, "def f(x):\n    foo(x)\n", "suggestion", ""),
        (
            {"match": "foo($X)", "rewrite": "foo($X, ${N})", "parameters": {"N": {"choices": [1, 2]}}},
            "foo(1)\n",
            "lint",
            "a measurement must choose N",
        ),
        (
            {"match": "foo($X)", "rewrite": "bar($X)", "alternatives": "group"},
            "foo(1)\n",
            "lint",
            "alternatives 'group'",
        ),
        ({"match": "foo($X)", "rewrite": "(yield $X)"}, "foo(1)\n", "suggestion", "compile"),
        (
            {"match": "kit.old(...)", "rewrite": "kit.new(...)", "arguments": {"keep": ["a"]}},
            "import kit\nkit.old(1, e=2)\n",
            "suggestion",
            "argument e has no counterpart",
        ),
    ],
)
def test_kinds_of_findings(lint, rule, code, kind, reason) -> None:
    (finding,) = lint(code, rule).findings
    assert finding.kind == kind
    assert finding.fix is None
    if reason is None:
        assert finding.reason is None
    else:
        assert reason in finding.reason


def test_each_of_two_overlapping_rules_has_its_finding_with_its_fix(lint) -> None:
    findings = lint("foo(1)\n", RULE, {"id": "other", "match": "foo($X)", "rewrite": "baz($X)"}).findings
    assert [(finding.rule, finding.kind) for finding in findings] == [("no-foo", "fixable"), ("other", "fixable")]
    assert "+bar(1)" in findings[0].fix
    assert "+baz(1)" in findings[1].fix


def test_a_loop_is_underlined_by_its_header(lint) -> None:
    (finding,) = lint("for x in foo():  # c\n    y\n    z\n", {"match": "for $X in foo():\n    $...B"}).findings
    assert (finding.line, finding.end_line) == (1, 1)


def test_the_diff_is_one_that_patch_understands(lint, tmp_path) -> None:
    code = "\n".join(f"x{n} = {'foo' if n in (2, 30) else 'id'}({n})" for n in range(40))
    for number, finding in enumerate(lint(code, RULE).findings):
        file = tmp_path / f"{number}" / "script.py"
        file.parent.mkdir()
        file.write_bytes(code.encode())
        subprocess.run(["patch", "-p1", "-s"], input=finding.fix.encode(), cwd=file.parent, check=True)
        changed = [2, 30][number]
        assert file.read_text() == code.replace(f"x{changed} = foo(", f"x{changed} = bar(")


def test_in_a_notebook_cells_are_named_and_the_fix_is_of_the_file(lint) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# foo(1)"]},
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": 1,
            "outputs": [],
            "source": ["import os\n", "%time x"],
        },
        {"cell_type": "code", "metadata": {}, "execution_count": 2, "outputs": [], "source": ["y = 1\n", "foo(y)"]},
    ]
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1).encode()
    (finding,) = lint(data, RULE, path="n.ipynb").findings
    assert finding.line == 2
    assert finding.cell is not None
    assert '-    "foo(y)"' in finding.fix
    assert '+    "bar(y)"' in finding.fix


def test_linting_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from greenrules.engine.lint import lint_source\n"
        "from greenrules.engine.loader import load_rule_file\n"
        "from greenrules.engine.knowledge import Knowledge\n"
        "from greenrules.engine.source import read_source\n"
        "from greenrules.engine.target import NoTarget\n"
        "lint_source(read_source('s.py', b'x = 1'), (), Knowledge(), NoTarget())\n"
        "print([name for name in ('libcst', 'numpy', 'sklearn', 'lark') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_without_the_words_of_a_rule_is_not_parsed(lint) -> None:
    assert not lint("this is not python (\n", RULE).findings


@pytest.mark.parametrize(
    "rule",
    [
        RULE,
        {"match": "foo(..., $X)", "rewrite": "bar($X, ...)", "within": {"$X": {"old": "new"}}},
        {"match": "kit.old(...)", "rewrite": "kit.new(...)", "arguments": {"keep": ["a"]}},
        {"match": "foo($X)", "rewrite": "(yield $X)"},
    ],
)
def test_a_script_is_freed_as_soon_as_it_is_linted(lint, rule) -> None:
    lint("", rule)
    gc.collect()
    gc.disable()
    try:
        before = sum(isinstance(one, Source) for one in gc.get_objects())
        assert lint("import kit\nx = [foo(1, old), kit.old(1), foo(2)]\n", rule).findings
        assert sum(isinstance(one, Source) for one in gc.get_objects()) == before
    finally:
        gc.enable()
