"""The work that a script makes grows with its length, and not faster."""

import sys

import pytest

from greenrules.engine.lint import lint_source
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.engine.target import NoTarget
from greenrules.packs import discover

FUNCTIONS = """
class Model{n}:
    def fit(self, frame, size):
        self.work = np.zeros((size, {n}), dtype=np.float64)
        for place, row in frame.iterrows():
            self.work[place] += np.dot(row, row)
        return self.work.mean(axis=0)


def step_{n}(frame, size):
    total, found, known = 0, [], [1, 2, {n}]
    for place, value in enumerate(range(len(frame))):
        if place in known and isinstance(value, int):
            total += sum(value ** 2 for value in (place, size)) % size
        found.append(np.sqrt(total))
    scores = np.array(found)
    model = RandomForestClassifier(n_estimators=100, n_jobs=-1).fit(frame, scores)
    print(model.predict(frame), model.predict(frame).mean(), sorted(found)[0])
    return {{"total": total, "place": {n}}}
"""
STATEMENTS = """
values_{n} = np.zeros(({n}, 3), dtype=np.float64)
frame_{n} = pd.read_csv("a{n}.csv")
total = 0
for i, row in frame_{n}.iterrows():
    total += row["a"] ** 2
    values_{n}[i] = np.dot(row, row)
model = RandomForestClassifier(n_estimators=100, n_jobs=-1)
model.fit(frame_{n}, values_{n})
predicted_{n} = model.predict(frame_{n})
print(predicted_{n}.mean(), sorted(predicted_{n})[0], total)
def use_{n}(a, b=values_{n}):
    c = [a, b, total]
    return c.mean() + values_{n}.sum()
"""
HEAD = "import numpy as np\nimport pandas as pd\nfrom sklearn.ensemble import RandomForestClassifier\n"


def calls(portfolio, block, blocks):
    """How many calls of Python functions a lint makes, generators that go on among them."""
    rules, knowledge = portfolio
    source = read_source("a.py", (HEAD + "".join(block.format(n=n) for n in range(blocks))).encode())
    counted = 0

    def count(frame, event, argument):
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    try:
        found = lint_source(source, rules, knowledge, NoTarget(), fixes=False, suggestions=False)
    finally:
        sys.setprofile(None)
    assert len(found.findings) >= blocks
    return counted


@pytest.mark.parametrize(
    ("block", "few", "many"),
    [
        pytest.param(FUNCTIONS, 20, 100, id="functions"),
        # What a pattern over several statements may try is spent before.
        pytest.param(STATEMENTS, 150, 300, id="statements", marks=pytest.mark.slow),
    ],
)
def test_the_work_grows_with_the_length(block, few, many):
    registry = discover()
    rules = with_predicates(registry.rules(list(registry.packs.values())), registry.predicates)
    portfolio = rules, registry.knowledge()
    calls(portfolio, block, 1)
    assert calls(portfolio, block, many) / calls(portfolio, block, few) < 1.04 * many / few
