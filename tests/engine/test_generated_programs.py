"""Programs made up of what the built-in packs look for, in odd surroundings: whatever the rules do, it is sound."""

from __future__ import annotations

import ast
from collections import Counter
from importlib.metadata import PackageNotFoundError, version

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from greenrules.engine.candidates import first_values
from greenrules.engine.changed import changed
from greenrules.engine.compose import apply_rules
from greenrules.engine.gates import broken, free_names
from greenrules.engine.lint import lint_source
from greenrules.engine.predicates import with_predicates
from greenrules.engine.source import read_source
from greenrules.packs import discover


class Anything:
    """A target where every library is installed and every class has every attribute that is asked for."""

    def version(self, distribution):
        try:
            return version(distribution)
        except PackageNotFoundError:
            return "9999"

    def has(self, distribution):
        return True

    def signature(self, qualified):
        return None

    def attributes(self, qualified):
        return _METHODS


_METHODS = frozenset({"fit", "predict", "score", "transform", "fit_transform", "fit_predict", "predict_proba"})
TARGET = Anything()


@pytest.fixture(scope="module")
def portfolio():
    registry = discover()
    rules = with_predicates(registry.rules(list(registry.packs.values())), registry.predicates)
    values = {rule.full_id: first_values(rule) for rule in rules}
    for chosen in values.values():
        chosen.update({name: 2 for name, value in chosen.items() if value == "physical-cores"})
    return rules, registry.knowledge(), values


IMPORTS = [
    "import numpy as np",
    "import numpy",
    "import pandas as pd",
    "import pandas as pd, os  # two",
    "import math",
    "import cv2",
    "import matplotlib.pyplot as plt  # unused",
    "import sklearn.ensemble as ens",
    "from sklearn.ensemble import RandomForestClassifier as Forest, GradientBoostingClassifier",
    "from sklearn.ensemble import RandomForestClassifier",
    "from sklearn.svm import SVC  # machines",
    "from sklearn.cluster import (\n    KMeans,  # one\n    MiniBatchKMeans,\n)",
    "from sklearn.metrics import mean_squared_error, r2_score",
    "from sklearn.model_selection import GridSearchCV, train_test_split",
    "from sklearn.preprocessing import StandardScaler",
    "try:\n    from sklearn.neural_network import MLPClassifier\nexcept ImportError:  # none\n    MLPClassifier = None",
]
EXPRESSIONS = [
    "Forest(n_estimators=50, random_state=0)",
    "ens.RandomForestClassifier(100, n_jobs=-1)",
    "RandomForestClassifier(\n    n_estimators=200,  # trees\n    n_jobs=-1,\n)",
    "RandomForestClassifier(**options)",
    "GradientBoostingClassifier(n_estimators=n, **{'subsample': 1.0})",
    "SVC(kernel='linear', C=2.0)",
    "SVC()",
    "KMeans(8, n_init=10, random_state=0).fit(X)",
    "GridSearchCV(SVC(), {'C': [1, 2]}, n_jobs=-1, cv=3)",
    "MLPClassifier(batch_size=32, max_iter=50)",
    "StandardScaler().fit_transform(X)",
    "train_test_split(X, y, test_size=0.2, random_state=0)",
    "mean_squared_error(y, model.predict(X))",
    "float(r2_score(y, p))",
    "np.zeros((n, m), dtype='float64')",
    "np.array([1.0, 2.0], np.float64)",
    "numpy.sqrt(numpy.zeros(n, float))",
    "[math.sqrt(v) for v in values]",
    "any([v > 1 for v in sorted(values)])",
    "sorted(values)[0]",
    "len(df['kind'].unique())",
    "len(df[df['kind'] == 'a'])",
    "df['price'].apply(lambda v: 1 if v > 10 else 0)",
    "df.apply(lambda r: r['a'] + r['b'], axis=1)",
    "df.loc[0, 'price']",
    "f\"{len(df['kind'].unique())} {sorted(values)[0]!r:>4} {sorted(values)[0]=}\"",
    "cv2.cvtColor(cv2.imread('a.png'), cv2.COLOR_BGR2GRAY)",
    "(yielded := sorted(values)[0])",
    "values",
]
LINES = [
    "# {0}",
    "x = {0}",
    "model = {0}  # assigned",
    "model.fit(X, y); print({0})  # two",
    "print({0}, k={1})",
    "result = ({0},\n          {1})  # pair",
    "x: object = {0}",
    "df = pd.read_csv('a.csv')",
    "del x",
    "np = {0}",
    "p = model.predict(X)\nprint(model.predict(X), p)",
    "values = []",
    "total = 0.0\nfor i in range(len(values)):\n    total += values[i] * other[i]  # dot",
    "frame = pd.DataFrame()\nfor part in parts:\n    # grow\n    frame = pd.concat([frame, part], ignore_index=True)",
    "",
]
BLOCKS = [
    "for i in range(n):  # loop\n{body}",
    "for i, row in df.iterrows():\n    total = row['price'] * i\n{body}",
    "for depth in [2, 4]:\n    df = pd.read_csv('a.csv')\n{body}",
    "while x:\n{body}\nelse:\n    pass",
    "def f(X, y, np=None):\n    '''Doc.'''\n{body}\n    return X",
    "async def g(df):\n{body}",
    "class A:\n    def m(self):\n    {body}",
    "try:\n{body}\nfinally:\n    pass  # at last",
    "if x:\n{body}\nelif y:\n    pass",
    "with open('f') as h:\n{body}",
]
HEADS = [
    "",
    "#!/usr/bin/env python\n",
    '"""Doc."""\n',
    "from __future__ import annotations\n",
    "# -*- coding: utf-8 -*-\n",
]


def indented(text):
    return "\n".join(f"    {line}" if line.strip() else line for line in text.split("\n"))


EXPRESSION = st.sampled_from(EXPRESSIONS)


def oneline(text):
    return text.partition("\n")[0] if text.startswith("#") else text


LINE = st.builds(lambda line, a, b: oneline(line.format(a, b)), st.sampled_from(LINES), EXPRESSION, EXPRESSION)


def block(template, lines):
    body = indented("\n".join([*lines, "pass"]))
    if "    {body}" in template:
        body = indented(body).removeprefix("    ")
    return template.replace("{body}", body)


BODY = st.lists(LINE, max_size=3)
STATEMENT = LINE | st.builds(block, st.sampled_from(BLOCKS), BODY)
PROGRAM = st.builds(
    lambda head, imports, given, body, end: head + "\n".join([*imports, *given, *body]) + end,
    st.sampled_from(HEADS),
    st.permutations(IMPORTS).flatmap(lambda lines: st.integers(0, 6).map(lambda left_out: lines[left_out:])),
    st.sampled_from([[], ["df = pd.read_csv('a.csv')  # data", "values = [1, 2]"]]),
    st.lists(STATEMENT, min_size=1, max_size=7),
    st.sampled_from(["", "\n"]),
)


def check(portfolio, text):
    rules, knowledge, values = portfolio
    try:
        compile(text, "<made up>", "exec", dont_inherit=True)
    except SyntaxError:
        return
    source = read_source("script.py", text.encode())
    lint_source(source, rules, knowledge, TARGET)
    every = {rule.full_id for rule in rules}
    for chosen in (None, every):
        made = apply_rules(source, rules, knowledge, TARGET, chosen=chosen, parameters=values)
        ast.parse(made.text)
        again = source.with_text(made.text)
        assert broken(source, made.text, changed(source, made.text)) is None
        old, new = (Counter(comment for _, comment in each.comments) for each in (source, again))
        assert not old - new, "a comment is lost"
        before, after = free_names(text), free_names(made.text)
        assert before is not None and after is not None
        assert after <= before, "a name is lost"
        assert text.endswith("\n") == made.text.endswith("\n") or not text
        twice = apply_rules(again, rules, knowledge, TARGET, chosen=chosen, parameters=values)
        if chosen is None:
            assert twice.text == made.text, "a second run finds something to do"


FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(text=PROGRAM)
def test_rules_leave_a_sound_program(portfolio, text):
    check(portfolio, text)


@pytest.mark.slow
@MANY
@given(text=PROGRAM)
def test_rules_leave_many_sound_programs(portfolio, text):
    check(portfolio, text)
