"""A rewritten script has the stages of the script it was made from."""

import ast
import sys
from pathlib import Path

from greenrules.engine.candidates import candidate_units, first_values
from greenrules.requests import RuleChoice
from greenrules.verbs.candidate import Candidate
from greenrules.verbs.carried import carried
from greenrules.verbs.preparation import prepare
from greenrules.verbs.renderer import Renderer

BEFORE = """\
import pandas as pd
from sklearn.linear_model import LinearRegression
data = pd.read_csv("a.csv")
x = data[["a"]]
model = LinearRegression()
model.fit(x, data.y)
print(model.score(x, data.y))
"""
ROLES = [
    (1, 1, "imports"),
    (2, 2, "imports"),
    (3, 3, "dataset-ingestion"),
    (4, 4, "feature-engineering"),
    (5, 5, "model-instantiation"),
    (6, 6, "training-loop"),
    (7, 7, "quality-evaluation"),
]
HELPER = """\
import os
def _cpus():
    with open("/proc/self/cgroup") as file:
        groups = file.read()
    return len(groups)
os.environ["OMP_NUM_THREADS"] = str(_cpus())
"""


def roles(after, found):
    return {first: role for first, _, role in carried(BEFORE, ROLES, after, found)}


def test_helpers_at_the_top_are_no_stage_of_their_own():
    found = [
        (1, 1, "imports"),
        (2, 2, "imports"),
        (3, 3, "dataset-ingestion"),
        (4, 4, "dataset-ingestion"),
        (5, 5, "dataset-ingestion"),
        (6, 6, "dataset-ingestion"),
        *((first + 6, last + 6, role) for first, last, role in ROLES),
    ]
    assert roles(HELPER + BEFORE, found) == {1: "imports", 2: "imports", 6: "imports"} | {
        first + 6: role for first, _, role in ROLES
    }


def test_rewritten_statements_keep_the_stage_of_what_they_stand_for():
    after = BEFORE.replace("LinearRegression()", "_Fit()").replace("model.fit(x", "model.fit(x.values")
    found = [*ROLES[:4], *((line, line, "feature-engineering") for line in (5, 6, 7))]
    assert roles(after, found) == {first: role for first, _, role in ROLES}


def test_one_statement_made_of_several_may_have_the_role_of_any_of_them():
    after = BEFORE.replace('data = pd.read_csv("a.csv")\nx = data[["a"]]\n', 'x = pd.read_csv("a.csv")[["a"]]\n')
    found = [*ROLES[:2], (3, 3, "feature-engineering"), (4, 4, "model-instantiation")]
    assert roles(after, found)[3] == "feature-engineering"


def test_what_is_put_between_goes_with_the_line_ahead():
    after = BEFORE.replace("model.fit", "cache = {}\nmodel.fit")
    found = [*ROLES[:5], (6, 6, "dataset-ingestion"), *((a + 1, b + 1, role) for a, b, role in ROLES[5:])]
    assert roles(after, found)[6] == "model-instantiation"


def test_the_script_itself_keeps_its_roles():
    assert carried(BEFORE, ROLES, BEFORE, ROLES) == ROLES


def test_thread_limits_add_no_stage_to_a_real_candidate(tmp_path):
    """The helper reads files of the kernel, which is no ingestion of a data set."""
    script = tmp_path / "train.py"
    script.write_text(
        "from sklearn.datasets import make_classification\n"
        "from sklearn.ensemble import RandomForestClassifier\n"
        "X, y = make_classification(random_state=0)\n"
        "model = RandomForestClassifier(n_jobs=-1, random_state=0)\n"
        "model.fit(X, y)\n"
        "print('accuracy', model.score(X, y))\n"
    )
    prepared = prepare(script, RuleChoice(), Path(sys.executable))
    portfolio = prepared.portfolio
    units = candidate_units(prepared.source, portfolio.rules, portfolio.knowledge, prepared.target).units
    unit = next(unit for unit in units if unit.id == "sklearn/threads-within-cpus")
    renderer = Renderer(prepared, units)
    rules = {rule.full_id: rule for rule in portfolio.rules}
    values = tuple(
        ((unit.id, name), value) for rule in unit.parameters for name, value in first_values(rules[rule]).items()
    )
    form = renderer.form(Candidate(frozenset([unit.id]), values))
    assert form.refusal is None
    watched = renderer.watched(form)
    assert set(watched.lines) <= set(prepared.watched.lines)
    helper = next(node for node in ast.parse(form.text).body if isinstance(node, ast.FunctionDef))
    assert helper.end_lineno is not None
    assert not any(helper.lineno < first <= helper.end_lineno for first, _, _ in watched.instrumentation.roles)
