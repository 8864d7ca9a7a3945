"""What the pack for NumPy and pandas tells of its predicates beforehand never keeps a match away."""

from textwrap import dedent

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.packs import discover

SCRIPTS = {
    "an import for one function": """
        import scipy.stats
        import xgboost
        from matplotlib import pyplot as plt

        def score(x):
            return xgboost.DMatrix(x)

        def test(x):
            return scipy.stats.norm.cdf(x) + scipy.stats.norm.sf(x)

        def show(x):
            'Draw.'
            plt.plot(x)

        print(test(1.0))
        """,
    "an import for a branch, one for a class, one for a loop and one for nothing": """
        import sys
        import scipy.stats
        import xgboost
        import lightgbm
        from matplotlib import pyplot as plt

        class Model:
            def fit(self, x):
                return xgboost.DMatrix(x)

        if len(sys.argv) > 1:
            plt.plot([1])
        for name in sys.argv:
            scipy.stats.norm.cdf(len(name))
        print(Model)
        """,
    "functions that call themselves, loop, and are called": """
        import numpy as np

        def fib(n):
            return n if n < 2 else fib(n - 1) + fib(n - 2)

        def total(a):
            s = 0.0
            for i in range(len(a)):
                s += a[i] * a[i]
            return s

        print(f"{fib(20)}", total(np.zeros(4)))
        """,
    "matrices of small numbers": """
        import numpy as np

        d = np.zeros((10, 10))
        e = np.zeros(10, dtype=np.float64)
        for i in range(10):
            d[i, i] = np.sqrt(i)
        print(d.sum(), e.sum())
        """,
}


def portfolio():
    registry = discover()
    rules = registry.rules([registry.packs["numpy_pandas"]])
    # Without ``may_hold``, ``may_start`` and ``needs``.
    bare = {name: lambda *asked, ask=predicate: ask(*asked) for name, predicate in registry.predicates.items()}
    return with_predicates(rules, registry.predicates), with_predicates(rules, bare), registry.knowledge()


@pytest.fixture(scope="module")
def rules():
    return portfolio()


def texts():
    yield from SCRIPTS.items()
    for rule in portfolio()[0]:
        for number, each in enumerate(rule.data["examples"]):
            yield f"{rule.id} {number}", each.get("before", each.get("unchanged"))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in texts()])
def test_matches_are_those_of_the_predicates_alone(rules, text):
    told, bare, knowledge = rules
    source = read_source("a.py", dedent(text).encode())
    found = [
        [(match.rule.id, match.node.lineno) for match in find(Facts(source, knowledge), each, certain=True)]
        for each in (told, bare)
    ]
    assert found[0] == found[1]
    assert found[0] or text not in SCRIPTS.values()
