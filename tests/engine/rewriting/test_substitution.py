"""A rewrite is a substitution: whatever pattern, template and code, the result has the template's tree, filled in."""

from __future__ import annotations

import ast
import re
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = ("A", "B", "C", "D")
VALUES = st.sampled_from(
    ["a", "b.c", "d[0]", "1", "'s'", "a + b", "not q", "(1, 2)", "[x, *y]", "h(z, k=1)", "-n", "a if b else c"]
)


def grown(leaf, names):
    """Expressions over a leaf; the names of what is called and read are drawn from ``names``."""

    def compound(inner):
        name = st.sampled_from(names)
        return st.one_of(
            st.builds("{}({}, {})".format, name, inner, inner),
            st.builds("{}({}, k={})".format, name, inner, inner),
            st.builds("({}).{}({})".format, inner, name, inner),
            st.builds("({})[{}]".format, inner, inner),
            st.builds("({} - {})".format, inner, inner),
            st.builds("({} < {})".format, inner, inner),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("[{}, {}]".format, inner, inner),
            st.builds("({} and {})".format, inner, inner),
            st.builds("{{{}: {}}}".format, inner, inner),
            st.builds("(not {})".format, inner),
        )

    return st.recursive(leaf, compound, max_leaves=5)


PATTERN = st.builds("f({})".format, grown(st.sampled_from([f"${name}" for name in NAMES]), ["f1", "f2"]))
TEMPLATE = grown(st.sampled_from([f"${name}" for name in NAMES] + ["0"]), ["f1", "f2", "g1", "g2"])


def filled(text, values):
    for name, value in values.items():
        text = text.replace(f"${name}", f"({value})")
    return text


def check(apply_once, pattern, template, values, frame):
    held = {name: value for name, value in values.items() if f"${name}" in pattern}
    if any(f"${name}" in template for name in NAMES if name not in held) or "f(" in template:
        return
    code = frame.format(filled(pattern, held))
    wanted = frame.format(f"({filled(template, held)})")
    made = apply_once(code, {"match": pattern, "rewrite": template})
    if not made.applied:
        assert made.text == code
        return
    assert ast.dump(ast.parse(made.text)) == ast.dump(ast.parse(wanted)), made.text


FRAMES = st.sampled_from(["x = {}\n", "print({}, 1)\n", "if {}:\n    pass\n", "x = -{}[0]\n", "y = {}.z + 1\n"])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(PATTERN, TEMPLATE, st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)), FRAMES)
def test_expressions_are_filled_in(apply_once, pattern, template, values, frame):
    check(apply_once, pattern, template, values, frame)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(PATTERN, TEMPLATE, st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)), FRAMES)
def test_many_expressions_are_filled_in(apply_once, pattern, template, values, frame):
    check(apply_once, pattern, template, values, frame)


BLOCKS = [
    "$X = f($A)",
    "f($B)",
    "if f($A):\n    f($B)",
    "for $X in f($A):\n    f($B)\n    f($C)",
    "for $X in f($A):\n    f($B)\n    $...R",
    "for $X in f($A):\n    $...R",
    "with f($A) as $X:\n    $...S\n    f($B)\n    $...R",
    "if f($A):\n    f($B)\nelse:\n    f($C)",
    "if f($A):\n    f($B)\nelif f($C):\n    f($D)",
    "if f($A):\n    f($B)\nelse:\n    $...R",
    "while f($C):\n    f($A)",
    "while f($C):\n    $...R\n    f($A)\n    $...S",
    "$X = f($A)\nf($B)",
    "f($C)\nf($B)\nf($A)",
    "$X = f($A)\n$...R",
    "try:\n    f($A)\nexcept f($B) as $X:\n    $...R\nfinally:\n    f($C)",
]
FRAMES_OF_BLOCKS = [
    "{}\n",
    "def m():\n    {}\n",
    "if q:\n    pass\nelse:\n    {}\n    z()\n",
    "if q:\n    pass\nelse:\n    {}\n",
    "try:\n    {}\nfinally:\n    z()\n",
    "class K:\n  def m(self):\n      {}\n",
]
RUNS = st.sampled_from(["", "p(1)", "p(1)\nq = 2", "if p:\n    q()\nelif r:\n    s()", "return", "while p: q()\nr()"])


def filled_block(text, values, runs):
    lines = []
    for line in text.split("\n"):
        found = re.match(r"( *)\$\.\.\.(\w)$", line)
        if found is None:
            lines.append(filled(line, values).replace("$X", "item"))
        else:
            lines += textwrap.indent(runs[found[2]], found[1]).split("\n") if runs[found[2]] else [f"{found[1]}..."]
    return "\n".join(lines)


class Plain(ast.NodeTransformer):
    """Takes ``...`` and ``pass`` out, but where a block holds nothing else."""

    def generic_visit(self, node):
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                left = [s for s in block if not isinstance(s, ast.Pass) and ast.unparse(s) != "..."]
                setattr(node, name, left or ([ast.Pass()] if block and not isinstance(node, ast.Module) else []))
        return node


def plain(text):
    return ast.dump(Plain().visit(ast.parse(text)))


def check_blocks(apply_once, pattern, templates, values, runs, frame):
    template = "\n".join(templates).replace("f(", "g(")
    names = [f"${name}" for name in (*NAMES, "X")] + ["$...R", "$...S"]
    if any(name in template and name not in pattern for name in names) or template.count("$...R") > 1:
        return
    if pattern.endswith("\n$...R") and "{}\n    z()" in frame:
        return  # what follows belongs to the run
    lead = frame.partition("{}")[0].rpartition("\n")[2]

    def script(text):
        return frame.format(textwrap.indent(filled_block(text, values, runs), lead).removeprefix(lead))

    code = re.sub(r"^ *\.\.\.\n", "", script(pattern), flags=re.MULTILINE)
    try:
        compile(code, "<made up>", "exec")
    except SyntaxError:
        return
    made = apply_once(code, {"match": pattern, "rewrite": template})
    if made.applied:
        assert plain(made.text) == plain(script(template)), made.text


BLOCK_ARGUMENTS = (
    st.sampled_from(BLOCKS),
    st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=3),
    st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)),
    st.fixed_dictionaries({"R": RUNS, "S": RUNS}),
    st.sampled_from(FRAMES_OF_BLOCKS),
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(*BLOCK_ARGUMENTS)
def test_statements_are_filled_in(apply_once, pattern, templates, values, runs, frame):
    check_blocks(apply_once, pattern, templates, values, runs, frame)


@pytest.mark.slow
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(*BLOCK_ARGUMENTS)
def test_many_statements_are_filled_in(apply_once, pattern, templates, values, runs, frame):
    check_blocks(apply_once, pattern, templates, values, runs, frame)
