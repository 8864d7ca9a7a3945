"""Types of expressions. The argument of the call of ``USE(...)`` in each script is the one asked about."""

from __future__ import annotations

import ast
import textwrap

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.source import read_source

KNOWLEDGE = Knowledge(
    aliases={"pandas.core.frame.DataFrame": "pandas.DataFrame"},
    returns={
        "pandas.read_csv(...)": "pandas.DataFrame",
        "pandas.DataFrame.drop(...)": "self",
        "pandas.DataFrame.iterrows(...)": "Iterator[tuple[Any, pandas.Series]]",
        "pandas.DataFrame.values": "numpy.ndarray",
        'pandas.DataFrame["..."]': "pandas.Series",
        "pandas.DataFrame[[...]]": "pandas.DataFrame",
        "pandas.DataFrame[$A:$B]": "pandas.DataFrame",
        "numpy.array(...)": "numpy.ndarray",
        "numpy.ndarray.__add__(...)": "numpy.ndarray",
        "numpy.ndarray.__radd__(...)": "numpy.ndarray",
        "numpy.ndarray.__lt__(...)": "numpy.ndarray",
        "numpy.e": "float",
        "sklearn.model_selection.train_test_split($...A)": "twice each of $...A",
        "sklearn.base.clone($E)": "$E",
        "$M.fit(...)": "self",
        "$M.predict(...)": "numpy.ndarray",
        "lib.load(..., as_frame=True)": "pandas.DataFrame",
        "lib.pair(...)": "tuple[int, pandas.DataFrame]",
        "lib.maybe(...)": "pandas.DataFrame | None",
    },
    bases={"geopandas.GeoDataFrame": ("pandas.DataFrame",)},
)
HEAD = "import numpy as np, pandas as pd, lib, geopandas\nfrom sklearn.model_selection import train_test_split\n"
HEAD += "from sklearn.base import clone\nfrom sklearn.svm import SVC\n"


def asked(script: str) -> tuple[Facts, ast.expr]:
    facts = Facts(read_source("script.py", (HEAD + textwrap.dedent(script)).encode()), KNOWLEDGE)
    for node in ast.walk(facts.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "USE":
            return facts, node.args[0]
    raise AssertionError("the script has no USE")


DF, SERIES, ARRAY, SVC = "pandas.DataFrame", "pandas.Series", "numpy.ndarray", "sklearn.svm.SVC"
NONE = "builtins.NoneType"
KNOWN = {
    "declared function": ("USE(pd.read_csv(f))", DF),
    "constructor": ("clf = SVC()\nUSE(clf)", SVC),
    "constructor under its private name": ("x = pd.core.frame.DataFrame()\nUSE(x)", DF),
    "through two names": ("a = pd.read_csv(f)\nb = a\nUSE(b)", DF),
    "fluent method": ("USE(SVC().fit(X, y))", SVC),
    "method of any receiver": ("USE(whatever.predict(X))", ARRAY),
    "method of a typed receiver": ("df = pd.read_csv(f)\ndf = df.drop(c)\nUSE(df)", DF),
    "itself, again and again in a loop": ("df = pd.read_csv(f)\nfor c in y:\n    df = df.drop(c)\nUSE(df)", DF),
    "attribute": ("USE(pd.read_csv(f).values)", ARRAY),
    "module attribute": ("USE(np.e)", "builtins.float"),
    "column": ("df = pd.read_csv(f)\nUSE(df['a'])", SERIES),
    "columns": ("df = pd.read_csv(f)\nUSE(df[['a', 'b']])", DF),
    "rows": ("df = pd.read_csv(f)\nUSE(df[1:3])", DF),
    "loop over rows": ("for i, row in pd.read_csv(f).iterrows():\n    USE(row)", SERIES),
    "enumerate": ("for i, x in enumerate([SVC()]):\n    USE(x)", SVC),
    "zip": ("for a, b in zip([1], [SVC()]):\n    USE(b)", SVC),
    "range": ("for i in range(3):\n    USE(i)", "builtins.int"),
    "comprehension variable": ("[USE(c) for c in (SVC(), SVC())]", SVC),
    "split": ("X = pd.read_csv(f)\ny = X['a']\na, b, c, d = train_test_split(X, y)\nUSE(b)", DF),
    "split, second input": ("X = pd.read_csv(f)\ny = X['a']\na, b, c, d = train_test_split(X, y)\nUSE(d)", SERIES),
    "same as an argument": ("USE(clone(SVC()))", SVC),
    "tuple": ("n, df = lib.pair()\nUSE(df)", DF),
    "tuple display": ("a, b = 1, SVC()\nUSE(b)", SVC),
    "swap": ("a, (b, c) = 1, (SVC(), 2)\nUSE(b)", SVC),
    "subscript of a tuple": ("t = (1, SVC())\nUSE(t[1])", SVC),
    "annotation": ("def f(df: pd.DataFrame):\n    USE(df)", DF),
    "quoted annotation": ("def f(df: 'pd.DataFrame'):\n    USE(df)", DF),
    "annotated without a value": ("df: pd.DataFrame\ndf = g()\nUSE(df)", None),
    "annotated with a value": ("df: pd.DataFrame = g()\nUSE(df)", DF),
    "with": ("with pd.HDFStore(f) as s:\n    USE(s)", "pandas.HDFStore"),
    "local function": ("def load():\n    return pd.read_csv(f)\nUSE(load())", DF),
    "local function that calls itself": (
        "def load(n):\n    if n: return load(n - 1)\n    return SVC()\nUSE(load(3))",
        SVC,
    ),
    "declared result of a local function": ("def load() -> pd.DataFrame:\n    return g()\nUSE(load())", DF),
    "attribute of self": (
        "class M:\n    def __init__(self):\n        self.clf = SVC()\n    def f(self):\n        USE(self.clf)",
        SVC,
    ),
    "method of self": (
        "class M:\n    def a(self):\n        return SVC()\n    def b(self):\n        USE(self.a())",
        SVC,
    ),
    "attribute of a local instance": (
        "class M:\n    def __init__(self):\n        self.clf = SVC()\nm = M()\nUSE(m.clf)",
        SVC,
    ),
    "local class": ("class M: pass\nUSE(M())", "M"),
    "both branches": ("if c:\n    x = SVC()\nelse:\n    x = SVC(C=1)\nUSE(x)", SVC),
    "conditional expression": ("USE(SVC() if c else SVC(C=1))", SVC),
    "walrus": ("if (x := SVC()):\n    USE(x)", SVC),
    "keyword decides": ("USE(lib.load(as_frame=True))", DF),
    "operator": ("a = np.array(x)\nUSE(a + 1)", ARRAY),
    "reflected operator": ("a = np.array(x)\nUSE(1 + a)", ARRAY),
    "comparison": ("a = np.array(x)\nUSE(a < 1)", ARRAY),
    "augmented": ("a = np.array(x)\na += 1\nUSE(a)", ARRAY),
    "whole numbers": ("USE(1 + 2 * len(x))", "builtins.int"),
    "fraction": ("n = 3\nUSE(n / 2)", "builtins.float"),
    "counter in a loop": ("n = 0\nfor i in y:\n    n += 1\nUSE(n)", "builtins.int"),
    "string method": ("USE('a'.split())", "builtins.list"),
    "list of strings": ("for w in 'a b'.split():\n    USE(w)", "builtins.str"),
    "caught": ("try: pass\nexcept ValueError as e:\n    USE(e)", "builtins.ValueError"),
    "seen from a function": ("clf = SVC()\ndef f():\n    USE(clf)", SVC),
}


@pytest.mark.parametrize("script,name", KNOWN.values(), ids=KNOWN.keys())
def test_type_is_known(script, name):
    facts, expr = asked(script)
    assert facts.types(expr) == (None if name is None else frozenset([name]))


JOINED = {
    "branches": ("x = SVC()\nif c:\n    x = pd.read_csv(f)\nUSE(x)", {SVC, DF}),
    "declared union": ("USE(lib.maybe())", {DF, NONE}),
    "function that may fall off its end": ("def g():\n    if c: return SVC()\nUSE(g())", {SVC, NONE}),
    "optional annotation": (
        "from typing import Optional\ndef f(x: Optional[int]):\n    USE(x)",
        {"builtins.int", NONE},
    ),
    "union annotation": ("def f(x: int | None):\n    USE(x)", {"builtins.int", NONE}),
    "types that chase each other": (
        "a, b = 1, 'x'\nfor i in y:\n    a, b = b, a\nUSE(a)",
        {"builtins.int", "builtins.str"},
    ),
}


@pytest.mark.parametrize("script,names", JOINED.values(), ids=JOINED.keys())
def test_types_are_joined(script, names):
    facts, expr = asked(script)
    assert facts.types(expr) == names


UNKNOWN = {
    "parameter": "def f(x):\n    USE(x)",
    "undeclared function": "USE(lib.anything())",
    "one branch unknown": "x = SVC()\nif c:\n    x = g()\nUSE(x)",
    "attribute assigned from outside": (
        "class M:\n    def a(self):\n        self.c = SVC()\n    def f(self):\n        USE(self.c)\nm = M()\nm.c = g()"
    ),
    "decorated function": "@cached\ndef g():\n    return SVC()\nUSE(g())",
    "generator": "def g():\n    yield SVC()\nUSE(g())",
    "shadowed constructor": "def SVC(): return g()\nUSE(SVC())",
    "keyword not given": "USE(lib.load())",
    "split of unknown": "a, b = train_test_split(X)\nUSE(a)",
    "starred split": "a, b = train_test_split(*X)\nUSE(a)",
    "name that is its own value": "def f():\n    x = x\n    USE(x)",
    "rest of an unpacking that goes on": "*a, b = g()\nUSE(b)",
}


@pytest.mark.parametrize("script", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_type_is_not_known(script):
    facts, expr = asked(script)
    assert facts.types(expr) is None


@pytest.mark.parametrize(
    "script,qualified,value",
    [
        ("USE(pd.read_csv(f))", DF, True),
        ("USE(pd.read_csv(f))", SERIES, False),
        ("USE(geopandas.GeoDataFrame())", DF, True),
        ("USE(geopandas.Other())", DF, None),
        ("USE(g())", DF, None),
        ("USE(1)", DF, False),
        ("USE(True)", "builtins.int", True),
        ("USE(lib.maybe())", DF, None),
        ("class M(pd.DataFrame): pass\nUSE(M())", DF, True),
        ("class M(pd.Other): pass\nUSE(M())", DF, None),
        ("class M: pass\nUSE(M())", DF, False),
        ("x = pd.core.frame.DataFrame()\nUSE(x)", "pandas.core.frame.DataFrame", True),
    ],
)
def test_whether_it_is_of_a_type(script, qualified, value):
    facts, expr = asked(script)
    assert facts.is_type(expr, qualified).value is value


@pytest.mark.parametrize(
    "script,name",
    [
        ("USE(pd.read_csv(f).drop(c))", "pandas.DataFrame.drop"),
        ("USE(np.zeros(3))", "numpy.zeros"),
        ("USE(x.drop(c))", None),
        ("class M:\n    def f(self): pass\nUSE(M().f())", None),
    ],
)
def test_callee_is_named_through_the_type_of_its_receiver(script, name):
    facts, call = asked(script)
    assert facts.callee(call).name == name


def test_hundred_reassignments_in_a_row_are_followed_in_source_order():
    facts, expr = asked("df = pd.read_csv(f)\n" + "df = df.drop(c)\n" * 100 + "USE(df)")
    for statement in facts.tree.body:
        if isinstance(statement, ast.Assign):
            facts.types(statement.value)
    assert facts.types(expr) == {DF}
