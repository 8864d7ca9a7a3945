"""Where values go, who reads them later, who changes them. The call of ``MAKE()`` yields the value asked about."""

from __future__ import annotations

import ast
import textwrap

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.source import read_source

KNOWLEDGE = Knowledge(
    pure=("numpy.linalg.norm(...)", "pandas.DataFrame.mean(...)", "numpy.sin(...)", "$M.predict(...)"),
    deterministic=("lib.split(..., random_state=$S)", "lib.read(...)", "$M.answer(...)"),
    effects=("pandas.DataFrame.mean(..., inplace=$V)", "numpy.$F(..., out=$V)"),
    signatures={"numpy.sin": "(x, out=None)"},
    accepts=("sklearn.model_selection.cross_val_score(...)",),
    returns={"$M.fit(...)": "self", "pandas.read_csv(...)": "pandas.DataFrame", "numpy.linalg.norm(...)": "float"},
)
HEAD = (
    "import numpy as np, pandas as pd, lib, time, math, random\nfrom sklearn.model_selection import cross_val_score\n"
)


def facts_of(script: str) -> Facts:
    return Facts(read_source("script.py", (HEAD + textwrap.dedent(script)).encode()), KNOWLEDGE)


def call_of(facts: Facts, name: str) -> ast.Call:
    return next(
        node
        for node in ast.walk(facts.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    )


def attributes(script: str):
    facts = facts_of(script)
    return facts.attributes_used(call_of(facts, "MAKE"))


STAYS = {
    "one method": ("m = MAKE()\nm.fit(X)", {"fit"}),
    "chained through a fluent method": ("p = MAKE().fit(X).predict(X)", {"fit", "predict"}),
    "second name": ("m = MAKE()\nn = m\nn.fit(X)\nm.score(X)", {"fit", "score"}),
    "walrus": ("(m := MAKE()).fit(X)\nm.score(X)", {"fit", "score"}),
    "conditional": ("m = MAKE() if c else None\nm.fit(X)", {"fit"}),
    "rebound before its use": ("m = MAKE()\nm = other()\nm.nothing()", set()),
    "from a function": ("m = MAKE()\ndef f():\n    m.fit(X)\nf()", {"fit"}),
    "attribute of self": (
        "class A:\n    def a(self):\n        self.m = MAKE()\n    def b(self):\n        self.m.fit()\nA().m.score(X)",
        {"fit", "score"},
    ),
    "returned to its callers": ("def f():\n    return MAKE()\nm = f()\nm.fit(X)\nf().score(X)", {"fit", "score"}),
    "passed to a function of the script": ("def f(X, m):\n    m.fit(X)\nf(1, m=MAKE())", {"fit"}),
    "passed to a method of the script": (
        "class A:\n    def f(self, m):\n        m.fit(1)\na = A()\na.f(MAKE())",
        {"fit"},
    ),
    "passed to a constructor of the script": (
        "class A:\n    def __init__(self, m):\n        self.m = m\n        self.m.fit(1)\nA(MAKE())",
        {"fit"},
    ),
    "call that takes any": ("m = MAKE()\ncross_val_score(m, X)\nprint(m)", set()),
    "loop over a display": ("for m in (MAKE(), other()):\n    m.fit(X)", {"fit"}),
    "loop over pairs": ("for n, m in [('a', MAKE())]:\n    m.fit(X)", {"fit"}),
    "tuple assignment": ("a, m = 1, MAKE()\nm.fit(X)", {"fit"}),
    "getattr": ("getattr(MAKE(), 'coef_')", {"coef_"}),
    "attribute set": ("m = MAKE()\nm.n_jobs = 2", {"n_jobs"}),
    "special methods": (
        "m = MAKE()\nm[0]\nm[1] = 2\nm(3)\nfor i in m: pass\nm + 1\n1 - m\n-m\nm < 2\n3 in m\nwith m: pass",
        {
            *("__getitem__", "__setitem__", "__call__", "__iter__", "__add__", "__rsub__", "__neg__", "__lt__"),
            *("__contains__", "__enter__", "__exit__"),
        },
    ),
    "f-string": ("m = MAKE()\nf'{m.coef_}'", {"coef_"}),
    "with": ("with MAKE() as m:\n    m.read()", {"__enter__", "__exit__", "read"}),
    "del": ("m = MAKE()\ndel m", set()),
}


@pytest.mark.parametrize("script,names", STAYS.values(), ids=STAYS.keys())
def test_every_attribute_used_is_found_and_nothing_escapes(script, names):
    found, escapes = attributes(script)
    assert (found, escapes.value) == (frozenset(names), False), escapes


ESCAPES = {
    "passed to an unknown call": "m = MAKE()\nlib.run(m)",
    "passed by keyword": "lib.run(model=MAKE())",
    "passed to a method": "other.append(MAKE())",
    "yielded": "def f():\n    yield MAKE()",
    "raised": "raise MAKE()",
    "through a second name": "m = MAKE()\nn = m\nlib.run(n)",
    "from a function": "m = MAKE()\ndef f():\n    lib.run(m)",
    "passed on by a function of the script": "def f(m):\n    lib.run(m)\nf(MAKE())",
}


@pytest.mark.parametrize("script", ESCAPES.values(), ids=ESCAPES.keys())
def test_value_escapes(script):
    assert attributes(script)[1].value is True


DOUBTFUL = {
    "stored in a list": "ms = [MAKE()]",
    "stored in a dictionary": "ms = {'a': MAKE()}",
    "stored under a key": "ms['a'] = MAKE()",
    "stored in an attribute": "other.m = MAKE()",
    "attribute of a class with a base": "class A(lib.Base):\n    def a(self):\n        self.m = MAKE()",
    "self handed on": "class A:\n    def a(self):\n        self.m = MAKE()\n        lib.run(self)",
    "instance handed on": "class A:\n    def a(self):\n        self.m = MAKE()\nx = A()\nlib.run(x)",
    "returned by a function handed on": "def f():\n    return MAKE()\nlib.run(f)",
    "returned by a method": "class A:\n    def f(self):\n        return MAKE()",
    "spread arguments": "def f(a, b): pass\nf(MAKE(), *x)",
    "lambda": "lambda: MAKE()",
    "locals": "m = MAKE()\nprint(locals())",
    "eval": "m = MAKE()\neval(code)",
    "getattr of anything": "m = MAKE()\ngetattr(m, name)",
    "comprehension": "ms = [MAKE() for i in x]",
    "default of a parameter": "def f(m=MAKE()): pass",
    "captured by match": "match MAKE():\n    case m: m.fit(X)",
}


@pytest.mark.parametrize("script", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_whether_value_escapes_is_not_known(script):
    assert attributes(script)[1].value is None


def loop_of(facts: Facts) -> ast.stmt:
    return next(n for n in ast.walk(facts.tree) if isinstance(n, (ast.For, ast.While)))


@pytest.mark.parametrize(
    "script,value",
    [
        ("for x in y:\n    f(x)", True),
        ("for x in y:\n    f(x)\nprint(x)", False),
        ("for x in y:\n    f(x)\nx = 1\nprint(x)", True),
        ("for x in y:\n    f(x)\nx += 1", False),
        ("for x in y:\n    f(x)\nif c:\n    x = 1\nprint(x)", False),
        ("for x in y:\n    f(x)\ndef g():\n    print(x)", None),
        ("for x in y:\n    f(x)\ndef g(x):\n    print(x)", True),
        ("for x in y:\n    f(x)\n[x for x in z]", True),
        ("for x in y:\n    f(x)\n[x for i in z]", False),
        ("for x in y:\n    f(x)\nexec(code)", None),
        ("x = 0\nfor x in y:\n    f(x)\nfor j in y:\n    print(x)\n", False),
        ("class A:\n    for x in y:\n        f(x)", None),
    ],
)
def test_unused_after_a_loop(script, value):
    facts = facts_of(script)
    assert facts.unused_after("x", loop_of(facts)).value is value


def test_name_read_in_the_next_round_of_an_outer_loop_is_used():
    facts = facts_of("while c:\n    print(x)\n    for x in y:\n        f(x)\n")
    inner = facts.tree.body[-1].body[1]
    assert facts.unused_after("x", inner).value is False
    facts = facts_of("while c:\n    x = 0\n    print(x)\n    for x in y:\n        f(x)\n")
    assert facts.unused_after("x", facts.tree.body[-1].body[2]).value is True


@pytest.mark.parametrize(
    "body,value",
    [
        ("f(x)", False),
        ("x = 1", True),
        ("x += 1", True),
        ("del x", True),
        ("for x in z: pass", True),
        ("(x := 1)", True),
        ("import x", True),
        ("[x for x in z]", False),
        ("g = lambda x: x", False),
        ("def g(x): x = 1", False),
    ],
)
def test_reassigned_in_a_body(body, value):
    facts = facts_of(f"x = 0\nfor i in y:\n    {body}\n")
    assert facts.reassigned("x", loop_of(facts).body).value is value


def test_global_that_a_called_function_binds_may_be_reassigned():
    facts = facts_of("x = 0\ndef g():\n    global x\n    x = 1\nfor i in y:\n    g()\n")
    assert facts.reassigned("x", loop_of(facts).body).value is None


@pytest.mark.parametrize(
    "before,body,value",
    [
        ("x = []", "print(x, len(x))", False),
        ("x = []", "x.append(1)", True),
        ("x = g()", "x.append(1)", True),
        ("x = g()", "x[0] = 1", True),
        ("x = g()", "del x[0]", True),
        ("x = g()", "x.a = 1", True),
        ("x = g()", "x.a[0] = 1", True),
        ("x = g()", "x.a.append(1)", None),
        ("x = g()", "x += 1", True),
        ("x = g()", "x.frob()", None),
        ("x = g()", "lib.run(x)", None),
        ("x = 'abc'", "lib.run(x)", False),
        ("x = 1", "x.frob()", False),
        ("x = pd.read_csv(f)", "x.mean()", False),
        ("x = pd.read_csv(f)", "x['a']", False),
        ("x = pd.read_csv(f)", "x['a'] = 1", True),
        ("x = pd.read_csv(f)", "x.drop('a', inplace=True)", None),
        ("x = g()\nz = x", "z[0] = 1", True),
        ("z = g()\nx = z", "z[0] = 1", True),
        ("z = g()\nx = z[1:]", "z[0] = 1", None),
        ("x = g()\nlib.keep(x)", "lib.run(1)", None),
        ("x = g()\nlib.keep(x)", "print(1)", False),
        ("x = g()\ndef h(v): v[0] = 1", "h(x)", None),
        ("x = g()\ndef h(): x.append(1)", "h()", None),
        ("x = g()\ndef h(): x.append(1)", "print(1)", False),
        ("x = g()\ndef h(v): return v[0]", "h(x)", False),
        ("x = g()\nz = x[1:]", "z[0] = 1", True),
        ("x = g()\nz = x[1:]", "z += 1", True),
        ("x = g()\nz = x[1:]\nw = z[1:]", "w[0] = 1", True),
        ("x = g()", "x[0][1] = 1", True),
        ("x = g()", "x[0].append(1)", True),
        ("x = g()\nz = x[0]", "z += 1", False),
        ("x = g()\nz = x[1:]", "print(z + 1)", False),
        ("x = g()\ndef h(v): v += 1", "h(x)", None),
        ("x = g()\ndef h(v):\n    s = 0\n    s += len(v)\n    return s", "h(x)", False),
    ],
)
def test_mutated_in_a_body(before, body, value):
    facts = facts_of(f"{before}\nfor i in y:\n    {body}\n")
    assert facts.mutated("x", loop_of(facts).body).value is value


def expression(script: str) -> tuple[Facts, ast.expr]:
    facts = facts_of(script)
    return facts, call_of(facts, "USE").args[0]


@pytest.mark.parametrize(
    "script,pure,deterministic",
    [
        ("USE(a + b[0] * c.d)", True, True),
        ("USE(np.linalg.norm(x))", True, True),
        ("USE(np.zeros(3))", None, None),
        ("USE(len(sorted(x)))", True, True),
        ("USE(sorted(x, key=lambda v: v.a))", True, True),
        ("USE(sorted(x, key=lambda v: print(v)))", False, True),
        ("USE(sorted(x, key=g))", None, True),
        ("USE(list(map(np.sin, x)))", True, True),
        ("USE(print(x))", False, True),
        ("USE(time.time())", None, False),
        ("USE(random.random())", None, False),
        ("USE(math.sqrt(x))", True, True),
        ("USE(input())", False, False),
        ("USE(m.predict(X))", True, True),
        ("USE(m.fit(X))", None, None),
        ("USE(lib.split(x, random_state=0))", None, True),
        ("USE(lib.split(x))", None, None),
        ("USE('a'.upper())", True, True),
        ("USE([].append(1))", False, None),
        ("USE((y := 1))", False, True),
        ("USE([f(v) for v in x])", None, None),
        ("USE([v * 2 for v in x if v])", True, True),
        ("def g(a):\n    b = a + 1\n    return math.sqrt(b)\nUSE(g(3))", True, True),
        ("def g(a):\n    return g(a - 1) if a else 0\nUSE(g(3))", True, True),
        ("def g(a):\n    global n\n    n = a\nUSE(g(3))", False, False),
        ("def g(a):\n    a.b = 1\nUSE(g(3))", None, None),
        ("def g(a):\n    print(a)\nUSE(g(3))", False, False),
        ("def g(a):\n    b = lib.read(a)\n    return b, len(b)\nUSE(g('f'))", None, True),
        ("def g(a):\n    print(lib.read(a))\nUSE(g('f'))", False, False),
        ("def g(a):\n    return h(a)\ndef h(a):\n    return lib.read(a)\nUSE(g('f'))", None, True),
        ("def g(a):\n    global n\n    n = lib.read(a)\nUSE(g('f'))", False, False),
        ("USE(np.sin(x, out=y))", None, None),
        ("USE(np.sin(x, y))", None, None),
        ("USE(np.sin(x, **k))", None, None),
        ("USE(np.sin(x))", True, True),
        ("d = pd.read_csv('f')\nUSE(d.mean())", True, True),
        ("d = pd.read_csv('f')\nUSE(d.mean(inplace=True))", None, None),
        ("len = print\nUSE(len(x))", False, True),
        ("def len(x): return lib.f(x)\nUSE(len(x))", None, None),
        ("USE(lambda: print(1))", True, True),
    ],
)
def test_purity_and_determinism(script, pure, deterministic):
    facts, expr = expression(script)
    assert (facts.pure(expr).value, facts.deterministic(expr).value) == (pure, deterministic)


@pytest.mark.parametrize(
    "before,expr,rest,value",
    [
        ("x = g()", "np.linalg.norm(x)", "pass", True),
        ("x = g()", "np.linalg.norm(x)", "x = 1", False),
        ("x = g()", "np.linalg.norm(x)", "x.append(i)", False),
        ("x = g()", "np.linalg.norm(x)", "lib.run(x)", None),
        ("x = g()", "np.linalg.norm(i)", "pass", False),
        ("x = g()", "np.zeros(3)", "pass", None),
        ("x = g()", "time.time()", "pass", False),
        ("n = 3", "n * 2", "lib.run(n)", True),
        ("n = 3", "len('abc') + n", "pass", True),
        ("x = g()", "math.sqrt(x.a)", "x.a = 3", False),
        ("x = 'abc'", "len([c for c in x])", "pass", True),
    ],
)
def test_invariant_in_a_loop(before, expr, rest, value):
    facts = facts_of(f"{before}\nfor i in y:\n    v = {expr}\n    {rest}\n")
    loop = loop_of(facts)
    found = facts.invariant(loop.body[0].value, loop)
    assert found.value is value, found


def test_functions_that_call_one_another_are_judged_together():
    script = "def a(n):\n    b(n)\n    print(n)\ndef b(n):\n    return a(n - 1)\na(1)\nb(1)\n"
    facts = facts_of(script)
    first, second = (statement.value for statement in facts.tree.body[-2:])
    assert [facts.pure(first).value, facts.pure(second).value] == [False, False]


def test_fresh_object_that_is_changed_is_not_invariant():
    facts = facts_of("for i in y:\n    row = [0] * 3\n    row.append(i)\n")
    loop = loop_of(facts)
    assert facts.invariant(loop.body[0].value, loop).value is False


@pytest.mark.parametrize(
    "script,value",
    [
        ("for i in y:\n    USE(1)", True),
        ("while USE(1):\n    pass", True),
        ("for i in USE(1):\n    pass", False),
        ("for i in y: pass\nelse:\n    USE(1)", False),
        ("[USE(1) for i in y]", True),
        ("[i for i in USE(1)]", False),
        ("[j for i in y for j in USE(1)]", True),
        ("[i for i in y if USE(1)]", True),
        ("{1: USE(1) for i in y}", True),
        ("for i in y:\n    def f():\n        USE(1)", False),
        ("for i in y:\n    f = lambda: USE(1)", False),
        ("for i in y:\n    def f(a=USE(1)): pass", True),
        ("for i in y:\n    class A:\n        USE(1)", True),
        ("USE(1)", False),
    ],
)
def test_in_loop(script, value):
    facts = facts_of(script)
    assert facts.in_loop(call_of(facts, "USE")).value is value


def test_uses_are_listed_in_source_order_with_what_is_done():
    facts = facts_of("m = MAKE()\nm.fit(X)\nprint(m)\nm[0]\n")
    found = facts.uses(call_of(facts, "MAKE")).uses
    assert [use.kind for use in found] == ["attribute", "argument", "subscript"]
    assert all(isinstance(use.node, ast.Name) for use in found)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("d.mean()", False),
        ("d.mean(inplace=True)", None),
        ("np.sin(d)", False),
        ("np.sin(1, out=d)", None),
        ("np.sin(1, d)", None),
        ("m.answer(d)", False),
        ("d.answer(1)", False),
        ("d.unheard_of(1)", None),
    ],
)
def test_what_packs_say_of_a_call_decides_whether_it_changes_what_it_gets(line, value):
    facts = facts_of(f"d = pd.read_csv('f')\n{line}\n")
    assert facts.mutated("d", facts.tree.body[-1:]).value is value


def test_a_function_handed_to_a_harmless_builtin_may_change_things():
    facts = facts_of("x = MAKE()\ndef spoil(v):\n    x.append(v)\nlist(map(spoil, [1]))\nUSE(x)\n")
    assert facts.mutated("x", facts.tree.body[-2:-1]).value is not False


@pytest.mark.parametrize(
    ("head", "line", "value"),
    [
        ("from data import d\n", "d[0] = 1", True),
        ("from .data import d\n", "d.sort()", None),
        ("from data import d\n", "print(d)", False),
        ("import numpy as np\n", "np.random.seed(1)", False),
        ("", "d[0] = 1", True),
        ("", "d.sort()", True),
        ("", "print(d[0])", False),
    ],
)
def test_values_that_are_imported_or_bound_elsewhere_may_be_changed_here(head, line, value):
    facts = facts_of(f"{head}{line}\n")
    name = "np" if "as np" in head else "d"
    assert facts.mutated(name, facts.tree.body[-1:]).value is value
