"""What a run of a candidate is held to: every call of the metric, but those that tell nothing of the result."""

from __future__ import annotations

import ast
import json
from dataclasses import replace

import pytest

from greenrules.bench.run import MetricValue, Outcome
from greenrules.selection.quality import QualityLoss
from greenrules.verbs.evaluations import passing_lines
from greenrules.verbs.judge import Judge
from greenrules.verbs.keeping import judgement_json, judgement_of
from greenrules.verbs.series import Series, over_seeds

NOTHING = Outcome("ok", 0, None, 1.0, 1.0, 1.0)
ALLOWED = QualityLoss.parse("0.5%")


def outcome(*values, lines=(), name="accuracy_score"):
    lines = lines or range(1, len(values) + 1)
    metrics = (MetricValue(name, value, line, "quality-evaluation") for value, line in zip(values, lines, strict=True))
    return replace(NOTHING, metrics=tuple(metrics))


def judge(baseline, passing=frozenset()):
    return Judge(baseline, baseline, {}, None, ALLOWED, 1e-3, passing)


def test_a_model_that_is_not_the_last_to_be_evaluated_may_not_get_worse_either():
    judged = judge(outcome(0.9, 0.925, 0.83)).judge(outcome(0.9, 0.916, 0.83), "model")
    assert not judged.ok
    assert judged.reason == ("its accuracy_score in call 2 of 3 is 0.916, 0.009 worse than 0.925; 0.00463 is allowed")
    assert (judged.quality, judged.held, judged.loss) == (0.83, (0.9, 0.916), 0.0)


def test_what_gets_better_and_what_loses_as_much_as_is_allowed_passes():
    assert judge(outcome(0.5, 0.8)).judge(outcome(0.7, 0.797), "model").ok
    assert (
        judge(outcome(2.0, 1.0, name="mean_squared_error"))
        .judge(outcome(1.5, 1.004, name="mean_squared_error"), "model")
        .ok
    )


def test_nan_at_another_call_is_worse_and_one_in_the_original_is_passed_over():
    nan = float("nan")
    assert not judge(outcome(0.9, 0.8)).judge(outcome(nan, 0.8), "model").ok
    assert judge(outcome(nan, 0.8)).judge(outcome(0.1, 0.8), "model").ok


def test_figures_of_training_data_and_of_another_number_of_calls_are_no_reason():
    assert judge(outcome(1.0, 0.8, lines=(4, 5)), frozenset({4})).judge(outcome(0.9, 0.8), "model").ok
    assert judge(outcome(0.7, 0.75, 0.8)).judge(outcome(0.6, 0.8), "model").ok
    assert judge(outcome(0.7, 0.75, 0.8), None).judge(outcome(0.6, 0.7, 0.8), "model").ok


def test_a_journal_keeps_what_is_held():
    judged = judge(outcome(0.9, 0.925, 0.83)).judge(outcome(0.9, 0.925, 0.83), "model")
    assert judgement_of(json.loads(json.dumps(judgement_json(judged)))) == judged


@pytest.mark.parametrize(
    ("others", "word"), [((0.9, 0.9, 0.9, 0.9), ""), ((0.9, 0.7, 0.9, 0.8), "in call 1 of 2, over 4 seeds")]
)
def test_over_the_seeds_other_calls_are_held_too(others, word):
    base, own = Series("baseline"), Series("c1")
    judged = judge(outcome(0.9, 0.8))
    for seed, other in enumerate(others):
        base.seeds[seed], base.held[seed] = 0.8, (0.9,)
        own.seeds[seed], own.held[seed] = 0.8, (other,)
    verdict = over_seeds(own, base, judged)
    assert verdict is not None
    assert verdict.ok is not bool(word) and verdict.reason.startswith(word)
    assert over_seeds(Series("c2"), base, judged) is None


SCRIPT = """\
model = SVC().fit(X_train, y_train)
print(accuracy_score(y_train, model.predict(X_train)))
print(model.score(self.x_tr, self.y_tr))
print(accuracy_score(
    y_test, model.predict(X_test)
))
print(cross_val_score(model, X_train, y_train))
print(r2_score(strain, trend))
"""


def test_lines_that_evaluate_on_training_data():
    assert passing_lines(ast.parse(SCRIPT)) == {1, 2, 3}


@pytest.mark.parametrize(
    "line", ["model.partial_fit(X, y)", "RandomForestClassifier(warm_start=True)", "loss.backward()"]
)
def test_where_one_model_is_trained_bit_by_bit_the_last_figure_counts(line):
    assert passing_lines(ast.parse(SCRIPT + line)) is None
    assert passing_lines(ast.parse(SCRIPT + "RandomForestClassifier(warm_start=False)")) == {1, 2, 3}
