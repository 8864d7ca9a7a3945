"""What a rule asks of a script it asks once, not at every place: cost grows with the file, not with its square."""

import ast

import pytest

from greenrules.engine.facts import Facts
from greenrules.engine.find import find
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.packs import discover

HEAD = """import math
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.svm import SVC
"""
PART = """
def part_{0}(frame, size, alone=None):
    work = np.zeros((size, 3), dtype=np.float64)
    other = np.zeros((size, 3))
    for place, row in frame.iterrows():
        work[place] += np.dot(row, row)
    for i in range(size):
        other[i] = work[i] ** 3
    lowest_{0} = sorted(size)[0]
    rows = frame[frame["kind"] == "a"]["price"].apply(lambda v: 1 if v > {0} else 0)
    hit = any([math.sqrt(v) > 1 for v in rows])
    model = SVC(C={0}.5).fit(work, rows)
    return model.predict(other), KMeans({0} + 1, n_init=10), hit


result_{0} = part_{0}(pd.read_csv("a.csv"), {0})
"""


@pytest.fixture
def nodes(monkeypatch):
    """How many nodes were looked at by walking."""
    counted = [0]
    children = ast.iter_child_nodes

    def counting(node):
        counted[0] += 1
        return children(node)

    monkeypatch.setattr(ast, "iter_child_nodes", counting)
    return counted


def test_rules_do_not_walk_the_script_at_every_place(nodes):
    registry = discover()
    rules = with_predicates(registry.rules(list(registry.packs.values())), registry.predicates)
    spent = []
    for count in (10, 40):
        text = HEAD + "".join(PART.format(number) for number in range(count))
        facts = Facts(read_source("a.py", text.encode()), registry.knowledge())
        nodes[0] = 0
        assert len(find(facts, rules)) > count
        spent.append(nodes[0])
    assert spent[1] <= 5 * spent[0], spent
