"""What emitted scripts bring along: the epoch monitor, the forest that is grown in steps, Intel's extension."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

from greenrules.engine.candidates import first_values
from greenrules.engine.compose import apply_rules
from greenrules.engine.source import read_source

EPOCHS = """\
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import {metric}

clf = SGDClassifier(random_state=0)
scored = []
for epoch in range(40):
    clf.partial_fit(X, y, classes=[0, 1])
    score = {metric}(y, clf.predict(X))
    scored.append(score)
"""


@pytest.fixture(scope="module")
def table():
    return make_classification(n_samples=400, n_features=20, n_informative=10, random_state=0)


@pytest.mark.parametrize(
    ("rule", "metric", "best"),
    [("epoch-monitor", "accuracy_score", max), ("epoch-monitor-loss", "mean_squared_error", min)],
)
def test_a_loop_over_epochs_stops_early_and_leaves_the_best_epoch(rewrite, table, rule, metric, best):
    before = EPOCHS.format(metric=metric)
    after = rewrite(before, f"sklearn/{rule}")
    assert after != before
    space = dict(zip("Xy", table, strict=True))
    exec(after, space)
    assert 4 < len(space["scored"]) < 40
    assert space["score"] == best(space["scored"])
    accuracy = space["score"] if best is max else 1 - space["score"]
    assert space["clf"].score(*table) == pytest.approx(accuracy)


def _monitor(rules, times, monkeypatch, patience=3):
    space = {}
    exec(rules["sklearn/epoch-monitor"].spec.prepend.code, space)
    monkeypatch.setattr("time.process_time", lambda: next(times))
    return space["_EpochMonitor"](patience)


def test_training_goes_on_while_quality_rises_steadily(rules, monkeypatch):
    monitor = _monitor(rules, iter(range(100)), monkeypatch)
    assert not any(monitor.stalled({}, epoch / 50) for epoch in range(50))


def test_training_stops_when_the_last_epochs_gain_next_to_nothing_per_cpu_second(rules, monkeypatch):
    monitor = _monitor(rules, iter(range(100)), monkeypatch)
    gains = [0.5, 0.7, 0.8, 0.9, 0.9001, 0.9002, 0.9003]
    assert [monitor.stalled({}, gain) for gain in gains] == [False] * 6 + [True]


def test_an_epoch_that_is_cheap_may_gain_less(rules, monkeypatch):
    # the last three epochs gain as little as before, in a hundredth of the CPU time
    times = iter([0, 1, 2, 3, 3.001, 3.002, 3.003])
    monitor = _monitor(rules, times, monkeypatch)
    gains = [0.5, 0.7, 0.8, 0.9, 0.9001, 0.9002, 0.9003]
    assert not any(monitor.stalled({}, gain) for gain in gains)


def test_the_best_model_is_a_copy_that_later_epochs_do_not_change(rules, monkeypatch):
    monitor = _monitor(rules, iter(range(100)), monkeypatch)
    model = {"weights": [1]}
    monitor.stalled(model, 0.9)
    model["weights"].append(2)
    monitor.stalled(model, 0.4)
    assert monitor.best == {"weights": [1]}


@pytest.fixture(scope="module")
def grow(rules):
    space = {}
    exec(rules["sklearn/forest-until-out-of-bag-stalls"].spec.prepend.code, space)
    return space["_grow_forest"]


def test_a_forest_grows_until_it_stalls(grow, table):
    forest = grow(RandomForestClassifier(n_estimators=400, random_state=0), *table, step=40)
    assert 80 <= len(forest.estimators_) < 400


def test_its_trees_are_those_that_one_fit_would_have_grown(grow, table):
    forest = grow(RandomForestClassifier(n_estimators=400, random_state=0), *table, step=40)
    whole = RandomForestClassifier(n_estimators=len(forest.estimators_), random_state=0).fit(*table)
    assert np.array_equal(forest.predict_proba(table[0]), whole.predict_proba(table[0]))


def test_a_forest_that_was_fitted_before_is_fitted_anew(grow, table):
    few = [part[:50] for part in table]
    forest = RandomForestClassifier(n_estimators=100, random_state=0).fit(*few)
    assert len(grow(forest, *table, step=40).estimators_) >= 80
    assert forest.fit(*few).score(*few) == 1.0


def test_a_forest_without_bootstrap_is_fitted_as_it_is(grow, table):
    forest = grow(RandomForestClassifier(n_estimators=60, bootstrap=False, random_state=0), *table, step=40)
    assert len(forest.estimators_) == 60


SCRIPT = """\
import numpy as np
from sklearn.cluster import KMeans

print(KMeans(2, n_init=1).fit(np.eye(4)).n_features_in_)
"""

FAKE = """\
import sys


def patch_sklearn(name=None, verbose=True):
    print("patched", "sklearn.cluster" in sys.modules)
"""


class _With:
    """The target of the tests, with one distribution more or fewer."""

    def __init__(self, target, has):
        self._target, self._has = target, has

    def __getattr__(self, name):
        return getattr(self._target, name)

    def has(self, distribution):
        return self._has if distribution == "scikit-learn-intelex" else self._target.has(distribution)


def _extended(registry, rules, target, has):
    rule = rules["sklearn/intel-extension"]
    source = read_source("script.py", SCRIPT.encode())
    values = {rule.full_id: first_values(rule)}
    return apply_rules(
        source, [rule], registry.knowledge(), _With(target, has), chosen={rule.full_id}, parameters=values
    )


def test_without_intels_extension_the_rule_is_skipped_with_the_reason(registry, rules, target):
    made = _extended(registry, rules, target, has=False)
    assert made.text == SCRIPT
    assert "scikit-learn-intelex" in made.skipped[0].reason


def test_intels_extension_patches_before_scikit_learn_is_imported(registry, rules, target, tmp_path):
    # stands in for the real one, which is 40 MB: notes whether scikit-learn's estimators were there already
    (tmp_path / "sklearnex.py").write_text(FAKE)
    script = tmp_path / "script.py"
    script.write_text(_extended(registry, rules, target, has=True).text)
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert run.stdout.split() == ["patched", "False", "4"]
