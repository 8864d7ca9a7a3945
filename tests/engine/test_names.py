"""What names mean. The last dotted expression called `USE` in each script is the one asked about."""

from __future__ import annotations

import ast
import textwrap

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.knowledge import Knowledge
from greenrules.engine.source import read_source

KNOWLEDGE = Knowledge(aliases={"sklearn.ensemble._forest": "sklearn.ensemble", "a.b": "z", "z.c": "y"})


def facts_of(script: str) -> Facts:
    return Facts(read_source("script.py", textwrap.dedent(script).encode()), KNOWLEDGE)


def used(script: str):
    """What the argument of the last call of ``USE(...)`` resolves to."""
    facts = facts_of(script)
    calls = [
        node
        for node in ast.walk(facts.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "USE"
    ]
    return facts.resolve(max(calls, key=lambda call: call.lineno).args[0])


CERTAIN = {
    "alias": ("import numpy as np\nUSE(np.zeros)", "numpy.zeros"),
    "plain import": ("import sklearn.svm\nUSE(sklearn.svm.SVC)", "sklearn.svm.SVC"),
    "two imports of one package": ("import a1.b1\nimport a1.c1\nUSE(a1.c1.f)", "a1.c1.f"),
    "dotted import with alias": ("import a1.b1.c1 as m\nUSE(m.f)", "a1.b1.c1.f"),
    "from import": ("from sklearn.svm import SVC\nUSE(SVC)", "sklearn.svm.SVC"),
    "from import with alias": ("from sklearn.svm import SVC as S\nUSE(S)", "sklearn.svm.SVC"),
    "submodule from import": ("from sklearn import svm\nUSE(svm.SVC)", "sklearn.svm.SVC"),
    "relative import": ("from .helpers import f\nUSE(f)", ".helpers.f"),
    "relative import of a module": ("from .. import helpers as h\nUSE(h.f)", "..helpers.f"),
    "re-export": ("from sklearn.ensemble._forest import R\nUSE(R)", "sklearn.ensemble.R"),
    "re-export of a re-export": ("import a.b\nUSE(a.b.c.d)", "y.d"),
    "function-local import": ("def f():\n    import numpy as np\n    USE(np.ones)", "numpy.ones"),
    "import seen from a function": ("import numpy as np\ndef f():\n    USE(np.ones)", "numpy.ones"),
    "import below the function that uses it": ("def f():\n    USE(np.ones)\nimport numpy as np\nf()", "numpy.ones"),
    "conditional import": ("if x:\n    import numpy as np\nUSE(np.ones)", "numpy.ones"),
    "same import on both branches": (
        "if x:\n    import numpy as np\nelse:\n    import numpy as np\nUSE(np.a)",
        "numpy.a",
    ),
    "try and except, canonically the same": (
        "try:\n    from a.b import R\nexcept ImportError:\n    from z import R\nUSE(R)",
        "z.R",
    ),
    "None where the import fails": (
        "try:\n    import xgboost as xgb\nexcept ImportError:\n    xgb = None\nUSE(xgb.XGB)",
        "xgboost.XGB",
    ),
    "handler that raises": (
        "try:\n    import numpy as np\nexcept ImportError:\n    np = 3\n    raise\nUSE(np.a)",
        "numpy.a",
    ),
    "builtin": ("USE(len)", "builtins.len"),
    "alias by assignment": ("import numpy as np\nzeros = np.zeros\nUSE(zeros)", "numpy.zeros"),
    "rebound after the use": ("import numpy as np\nUSE(np.a)\nnp = 3", "numpy.a"),
    "rebound to itself by import": ("np = 3\nimport numpy as np\nUSE(np.a)", "numpy.a"),
    "shadowed in another function": ("import numpy as np\ndef f(np): pass\nUSE(np.a)", "numpy.a"),
    "comprehension variable of the same name stays inside": (
        "import numpy as np\n[np for np in y]\nUSE(np.a)",
        "numpy.a",
    ),
    "class attribute is not seen in methods": (
        "import numpy as np\nclass A:\n    np = 3\n    def f(self):\n        USE(np.a)",
        "numpy.a",
    ),
    "class body before its own binding": ("import numpy as np\nclass A:\n    USE(np.a)", "numpy.a"),
    "inside a comprehension": ("import numpy as np\n[USE(np.a) for i in y]", "numpy.a"),
    "inside an f-string": ("import numpy as np\nf'{USE(np.a)}'", "numpy.a"),
    "inside a lambda's default": ("import numpy as np\nlambda np=USE(np.a): 0", "numpy.a"),
    "default of a parameter with the same name": ("import numpy as np\ndef f(np=USE(np.a)): pass", "numpy.a"),
    "first iterable of a comprehension that shadows": (
        "import numpy as np\n[0 for np in USE(np.a)]",
        "numpy.a",
    ),
    "decorator": ("import numba\ndef USE(x): return x\n@USE(numba.njit)\ndef f(): pass", "numba.njit"),
    "global declaration": ("def f():\n    global np\n    import numpy as np\ndef g():\n    USE(np.a)", "numpy.a"),
    "nonlocal": (
        "def f():\n    import numpy as np\n    def g():\n        nonlocal np\n        USE(np.a)\n    g()",
        "numpy.a",
    ),
    "bound in a loop before its use": ("for i in y:\n    import numpy as np\n    USE(np.a)", "numpy.a"),
    "future import changes nothing": ("from __future__ import annotations\nimport numpy as np\nUSE(np.a)", "numpy.a"),
    "lambda body": ("import numpy as np\nf = lambda: USE(np.a)", "numpy.a"),
    "match subject": ("import numpy as np\nmatch USE(np.a):\n    case 1: pass", "numpy.a"),
}


@pytest.mark.parametrize("script,name", CERTAIN.values(), ids=CERTAIN.keys())
def test_name_is_resolved_with_certainty(script, name):
    found = used(script)
    assert (found.name, found.certain) == (name, True), found


LOCAL = {
    "parameter": "import numpy as np\ndef f(np):\n    USE(np.a)",
    "keyword-only parameter": "import numpy as np\ndef f(*, np):\n    USE(np.a)",
    "star parameter": "import numpy as np\ndef f(*np):\n    USE(np.a)",
    "lambda parameter": "import numpy as np\nlambda np: USE(np.a)",
    "assignment": "import numpy as np\nnp = 3\nUSE(np.a)",
    "assignment later in the same function": "import numpy as np\ndef f():\n    np = 3\n    USE(np.a)",
    "annotated assignment": "import numpy as np\nnp: int = 3\nUSE(np.a)",
    "comprehension": "import numpy as np\n[USE(np.a) for np in y]",
    "nested comprehension": "import numpy as np\n[[USE(np.a) for i in y] for np in y]",
    "class scope": "import numpy as np\nclass A:\n    np = 3\n    USE(np.a)",
    "for target": "import numpy as np\nfor np in y:\n    USE(np.a)",
    "tuple for target": "import numpy as np\nfor i, (np, *j) in y:\n    USE(np.a)",
    "with target": "import numpy as np\nwith x as np:\n    USE(np.a)",
    "except name": "import numpy as np\ntry: pass\nexcept E as np:\n    USE(np.a)",
    "walrus": "import numpy as np\nif (np := 3):\n    USE(np.a)",
    "match capture": "import numpy as np\nmatch x:\n    case [np, *_]:\n        USE(np.a)",
    "match star": "import numpy as np\nmatch x:\n    case [_, *np]:\n        USE(np.a)",
    "match mapping rest": "import numpy as np\nmatch x:\n    case {'k': 1, **np}:\n        USE(np.a)",
    "match as": "import numpy as np\nmatch x:\n    case 1 as np:\n        USE(np.a)",
    "def of the same name": "import numpy as np\ndef np(): pass\nUSE(np.a)",
    "class of the same name": "import numpy as np\nclass np: pass\nUSE(np.a)",
    "deleted": "import numpy as np\ndel np\nUSE(np.a)",
    "shadowed builtin": "len = 3\nUSE(len)",
    "unknown name": "USE(frame)",
    "attribute of a value": "import numpy as np\nx = np.zeros(3)\nUSE(x.sum)",
    "attribute of self": "class A:\n    def f(self):\n        USE(self.np)",
    "call result": "import numpy as np\nUSE(np.zeros(3).sum)",
    "used before its import": "USE(np.a)\nimport numpy as np",
    "another function's import": "def f():\n    import numpy as np\nUSE(np.a)",
    "import in a class body, seen from outside": "class A:\n    import numpy as np\nUSE(np.a)",
    "augmented": "import numpy as np\nnp = 1\nnp += 1\nUSE(np.a)",
}


@pytest.mark.parametrize("script", LOCAL.values(), ids=LOCAL.keys())
def test_shadowed_name_is_not_the_import(script):
    found = used(script)
    assert (found.name, found.certain) == (None, True), found


UNCERTAIN = {
    "different modules in try and except": (
        "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\nUSE(np.a)"
    ),
    "rebound on one branch": "import numpy as np\nif x:\n    np = 3\nUSE(np.a)",
    "rebound in a loop below the use": "import numpy as np\nfor i in y:\n    USE(np.a)\n    np = i",
    "rebound while True": "import numpy as np\nwhile True:\n    USE(np.a)\n    np = i",
    "rebound, used in a function": "import numpy as np\ndef f():\n    USE(np.a)\nnp = 3\nf()",
    "rebound by a function": "import numpy as np\ndef f():\n    global np\n    np = 3\nf()\nUSE(np.a)",
    "rebound by a nested function": (
        "def f():\n    import numpy as np\n    def g():\n        nonlocal np\n        np = 3\n    g()\n    USE(np.a)"
    ),
    "rebound in a context manager that may swallow": "import numpy as np\nwith x():\n    np = 3\n    h()\nUSE(np.a)",
    "rebound in a handler": "import numpy as np\ntry:\n    f()\nexcept E:\n    np = 3\nUSE(np.a)",
    "rebound by a walrus that may not run": "import numpy as np\nx and (np := 3)\nUSE(np.a)",
    "rebound in one case of a match": "import numpy as np\nmatch x:\n    case 1:\n        np = 3\nUSE(np.a)",
    "break past the rebinding": "import numpy as np\nfor i in y:\n    if i: break\n    np = 3\nUSE(np.a)",
    "exec": "import numpy as np\nexec(code)\nUSE(np.a)",
    "namespace written": "import numpy as np\nglobals()['np'] = 3\nUSE(np.a)",
    "monkeypatched": "import numpy as np\nnp.a = f\nUSE(np.a)",
    "lazy generator": "import numpy as np\ng = (USE(np.a) for i in y)\nnp = 3",
    "builtin, perhaps imported": "if x:\n    from numpy import sum\nUSE(sum)",
}


@pytest.mark.parametrize("script", UNCERTAIN.values(), ids=UNCERTAIN.keys())
def test_doubtful_name_is_not_certain_and_says_why(script):
    found = used(script)
    assert not found.certain
    assert found.name is not None
    assert found.reason


def test_every_candidate_of_a_doubtful_name_may_be_meant():
    found = used(UNCERTAIN["different modules in try and except"])
    assert found.candidates == ("cupy.a", "numpy.a")
    assert found.is_("numpy.a") is None
    assert found.is_("torch.a") is False


def test_star_import_makes_unbound_names_doubtful_and_leaves_bound_ones_alone():
    assert used("from numpy import *\nUSE(zeros)").is_("numpy.zeros") is None
    assert used("from helpers import *\nUSE(zeros)").is_("numpy.zeros") is None
    assert used("from helpers import *\nUSE(np.zeros)").is_("numpy.zeros") is None
    assert used("from helpers import *\nUSE(sum)").is_("builtins.sum") is None
    assert used("from helpers import *\nimport numpy as np\nUSE(np.zeros)").is_("numpy.zeros") is True
    assert used("from helpers import *\nUSE(other)").is_("numpy.zeros") is False


def test_a_star_import_may_bind_anew_what_was_bound_before_it():
    assert used("from math import sqrt\nfrom numpy import *\nUSE(sqrt)").is_("math.sqrt") is None
    assert used("from math import sqrt\nfrom numpy import *\ndef f():\n    USE(sqrt)").is_("math.sqrt") is None
    assert used("import numpy as np\nfrom helpers import *\nUSE(np.zeros)").is_("numpy.zeros") is None
    assert used("from numpy import *\nfrom math import sqrt\nUSE(sqrt)").is_("math.sqrt") is True
    assert used("from math import sqrt\nUSE(sqrt)\nfrom numpy import *").is_("math.sqrt") is True
    assert used("from numpy import *\ndef f():\n    from math import sqrt\n    USE(sqrt)").is_("math.sqrt") is True


def test_a_declared_library_hands_on_no_alias_that_scripts_give_to_modules():
    knowledge = Knowledge(modules={"sklearn": "scikit-learn", "numpy": "numpy"})
    script = b"import numpy as np\nfrom sklearn.datasets import *\nnp.zeros(3)\n"
    facts = Facts(read_source("s.py", script), knowledge)
    assert facts.resolve(facts.tree.body[2].value.func).is_("numpy.zeros") is True


def test_chain_of_a_thousand_aliases_does_not_overflow():
    lines = ["import numpy as a0", *(f"a{i} = a{i - 1}" for i in range(1, 1000)), "USE(a999.zeros)"]
    assert used("\n".join(lines)).certain is False


def test_name_bound_to_itself_does_not_loop():
    assert used("import numpy as np\nfor i in y:\n    np = np\nUSE(np.a)").name == "numpy.a"


def test_libraries_are_those_that_packs_declare():
    knowledge = Knowledge(modules={"sklearn": "scikit-learn", "numpy": "numpy", "cv2": "opencv-python"})
    script = b"import os, numpy as np\ndef f():\n    from sklearn.svm import SVC\nfrom . import cv2\n"
    assert Facts(read_source("s.py", script), knowledge).libraries() == {"scikit-learn", "numpy"}


def test_free_name_occurs_nowhere_in_the_file():
    facts = facts_of("rng = 1\n# rng_2\n")
    assert facts.free_name("rng") == "rng_3"


def test_type_parameters_of_classes_and_aliases_shadow_what_is_imported(kit):
    code = """
import numpy as np
class C[np](np.zeros(0)):
    x = np.zeros(1)
    def f(self): return np.zeros(2)
type X[np] = np.zeros(3)
type Y = np.zeros(4)
class D[T](np.zeros(5)):
    def f(self): return np.zeros(6)
"""
    assert kit.lines("numpy.zeros($X)", code) == {7: True, 8: True, 9: True}
