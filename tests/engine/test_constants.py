"""Values known without running the script."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.facts import Facts
from greenrules.engine.source import read_source
from greenrules.packs import discover


def value_of(script: str):
    facts = Facts(read_source("script.py", script.encode()))
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "USE":
            return facts.constant(node.args[0])
    raise AssertionError("the script has no USE")


KNOWN = [
    ("USE('float64')", "float64"),
    ("USE(None)", None),
    ("DT = 'float64'\nUSE(DT)", "float64"),
    ("DT = 'float64'\ndef f():\n    USE(DT)", "float64"),
    ("USE(-1)", -1),
    ("USE((1, -2, [3]))", (1, -2, [3])),
    ("N = 4\nUSE((N, 3))", (4, 3)),
    ("N = 4\nM = N * 2 + 1\nUSE(M)", 9),
    ("USE('a' + 'b' 'c')", "abc"),
    ("KW = {'a': 1, **{'b': 2}}\nUSE(KW['b'])", 2),
    ("a, (b, c) = 1, (2, 3)\nUSE(c)", 3),
    ("a, (b, c) = 1, (2, 3)\nUSE(b)", 2),
    ("x = 1\nx = 2\nUSE(x)", 2),
    ("x: int = 1\nUSE(x)", 1),
    ("L = [1, 2]\nprint(L, len(L), L[0])\nfor i in L: f(i)\nUSE(L)", [1, 2]),
    ("L = [1, 2]\nUSE(L)\nL.append(3)\nf(L)", [1, 2]),
    ("USE((1, 2, 3)[1:])", (2, 3)),
    ("USE(1 if True else 2)", 1),
    ("USE(2 ** 10)", 1024),
    ("USE(not 1)", False),
    ("USE([*(1, 2), 3])", [1, 2, 3]),
    ("K = dict(a=1, **{'b': 2})\nUSE(K['b'])", 2),
]


@pytest.mark.parametrize("script,value", KNOWN)
def test_value_is_known(script, value):
    found = value_of(script)
    assert found is not None and found.value == value


UNKNOWN = [
    "USE(x)",
    "x = 1\nif c:\n    x = 2\nUSE(x)",
    "x = 1\nx += 1\nUSE(x)",
    "def f(x=1):\n    USE(x)",
    "for x in (1, 2):\n    USE(x)",
    "L = [1]\nL.append(2)\nUSE(L)",
    "L = [1]\nL[0] = 2\nUSE(L)",
    "L = [1]\nf(L)\nUSE(L)",
    "L = [1]\nM = L\nM.append(2)\nUSE(L)",
    "L = [1]\nfor i in y:\n    USE(L)\n    L.append(2)",
    "L = [1]\nfor i in y:\n    USE(L)",
    "L = [1]\ndef f():\n    USE(L)\nL.append(2)",
    "def f():\n    global x\n    x = 2\nx = 1\nf()\nUSE(x)",
    "x = 1\ndef f():\n    USE(x)\nx = 2",
    "*a, b = 1, 2\nUSE(a)",
    "USE('a' * 10 ** 9)",
    "USE(9 ** 9 ** 9)",
    "USE(1 << 10 ** 9)",
    "USE(1 / 0)",
    "USE((1, 2)[5])",
    "USE({[]: 1})",
    "USE(f'{x}')",
    "USE(1 + 'a')",
    "x = x + 1\nUSE(x)",
    "while c:\n    x = x + 1\n    USE(x)",
    "def dict(**k): return 3\nUSE(dict(a=1))",
    "USE(dict(a=1, **{'a': 2}))",
    "USE(dict(a=x))",
]


@pytest.mark.parametrize("script", UNKNOWN)
def test_value_is_not_known(script):
    assert value_of(script) is None


LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=3) | st.binary(max_size=3),
    lambda inner: (
        st.tuples(inner, inner) | st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(LITERALS)
def test_every_literal_is_its_own_value(value):
    assert value_of(f"x = {value!r}\nUSE({value!r})").value == value


def scripts():
    registry = discover()
    for pack in registry.packs.values():
        for rule in pack.rules:
            texts = [each[kind] for each in rule.data["examples"] for kind in ("before", "unchanged") if kind in each]
            yield pytest.param("\n".join(texts), id=rule.full_id)


HANDED_ON = """
a, (b, *c) = 1, (2, 3, 4)
d: int = a
[e] = f = (g := [5])
h = dict(k=a)["k"] + -b
for i in (1, 2):
    j = i
k = unheard_of
if k:
    l = 3 if a else k
def m(n=6, o=a):
    return n * o * l
with p as q, r as (s, t):
    q.u = 7
    s[t] = u = a
x = y = (lambda z: z)(8), 9
"""


@pytest.mark.parametrize("text", [*scripts(), HANDED_ON])
def test_a_look_at_an_expression_never_hides_a_value_that_is_known(text):
    facts = Facts(read_source("a.py", text.encode()))
    expressions = [node for node in ast.walk(facts.tree) if isinstance(node, ast.expr)]
    assert [facts.constant(node) for node in expressions] == [facts.constants.constant(node) for node in expressions]
