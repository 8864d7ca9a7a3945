"""The quick answer about a name is the slow one, wherever there is a quick answer."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenrules.engine.facts import Facts
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.quick_names import QuickNames
from greenrules.engine.source import read_source

KNOWLEDGE = Knowledge(modules={"lib": "lib"}, aliases={"lib.old": "lib.new", "lib._inner": "lib"})
LINES = st.sampled_from(
    [
        "import lib",
        "import lib as l",
        "import lib.part",
        "from lib import old",
        "from lib._inner import thing as t",
        "from . import near",
        "from lib import *",
        "l = 1",
        "t = lib.old",
        "u = t",
        "del lib",
        "lib.old = None",
        "def f(lib): return lib.old(t)",
        "def g():\n    import lib\n    return lib.x",
        "class A:\n    l = 2\n    def m(self): return l.old",
        "for t in range(3): t.x",
        "try:\n    import lib\nexcept ImportError:\n    lib = None",
        "if t:\n    import other as l",
        "[l.old for l in u]",
        "x = lib.old.deep(l.part, t.y, len(u))",
        "len = 3",
        "(t := l.old)",
        "global_ = l._inner.old",
        "def h():\n    global t\n    t = 1",
        "with open(t) as l: l.old",
        "match u:\n    case {'a': t, **l}: t.x",
        "lambda old: old.x",
        "exec(u)",
    ]
)


def compared(code):
    facts = Facts(read_source("a.py", code.encode()), KNOWLEDGE)
    quick = QuickNames(facts.source, facts.index, KNOWLEDGE)
    pairs = []
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Name | ast.Attribute):
            found = quick.resolve(node)
            if found is not None:
                pairs.append((ast.unparse(node), node.lineno, found, facts.names.resolve(node)))
    return pairs


@given(st.lists(LINES, min_size=1, max_size=7))
@settings(max_examples=400, deadline=None)
def test_a_quick_answer_is_the_slow_one(lines):
    for text, line, quick, slow in compared("\n".join(lines)):
        assert (quick.name, quick.certain, quick.candidates) == (slow.name, slow.certain, slow.candidates), (text, line)


@pytest.mark.parametrize("name", ["l.old", "t", "l.part.x"])
def test_names_imported_once_at_the_top_are_answered_quickly(name):
    code = f"import lib as l\nfrom lib._inner import thing as t\ndef f(x):\n    return {name}"
    assert name in {text for text, *_ in compared(code)}
