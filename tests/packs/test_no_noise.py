"""What a rule cannot act on is no suggestion of it: reports list only what somebody could look into."""

from __future__ import annotations

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.source import read_source

HEAD = """
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

df = pd.read_csv("x.csv")
"""


MODEL = """
tree = DecisionTreeClassifier().fit(X, y)
found = tree.predict(df[names])
print(accuracy_score(y, found))
"""
ALWAYS = """
import scipy.stats

def test(a):
    return scipy.stats.zscore(a)

if __name__ == "__main__":
    test(df)
"""


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("numpy_pandas/function-once-per-distinct-value", 'df["a"] = df["a"].apply(lambda v: v * 2)'),
        ("numpy_pandas/function-once-per-distinct-value", 'df["a"] = df["a"].map({"yes": 1, "no": 0})'),
        ("sklearn/predict-once", MODEL),
        ("numpy_pandas/import-in-function", ALWAYS),
    ],
)
def test_nothing_is_said(rule, text, registry, rules, target):
    facts = Facts(read_source("script.py", (HEAD + text).encode()), registry.knowledge(), target)
    assert [match for match in find(facts, [rules[rule]]) if match.verdict.possible] == []
