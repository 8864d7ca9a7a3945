"""Where the quality of a script comes from."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from greenrules.bench.quality import choose_quality, direction, other_metrics, read_quality
from greenrules.bench.run import MetricValue, Outcome
from greenrules.errors import UsageError

NOTHING = Outcome("ok", 0, None, 1.0, 1.0, 1.0)
EVALUATION = "quality-evaluation"


def outcome(stdout="", *metrics):
    return replace(NOTHING, stdout=stdout.encode(), metrics=tuple(MetricValue(*m) for m in metrics))


def test_the_last_recorded_while_quality_is_evaluated_is_primary():
    run = outcome(
        "",
        ("f1_score", 0.1, 3, EVALUATION),
        ("accuracy_score", 0.9, 5, EVALUATION),
        ("r2_score", 0.3, 9, "training-loop"),
    )
    source = choose_quality([run], {})
    assert (source.source, source.metric, source.better) == ("metric", "accuracy_score", "higher")
    assert read_quality(source, run) == 0.9
    assert other_metrics(source, run) == {"f1_score": 0.1, "r2_score": 0.3}


def test_without_stages_the_last_recorded():
    assert choose_quality([outcome("", ("a", 1.0, 1, None), ("b", 2.0, 2, None))], {}).metric == "b"


def test_directions():
    assert direction("mean_squared_error", {}) == "lower"
    assert direction("neg_mean_squared_error", {}) == "higher"
    assert direction("accuracy_score", {}) == "higher"
    assert direction("my_score", {"my_score": "lower"}) == "lower"
    assert direction("evals_result.validation_0.logloss", {}) == "lower"
    assert direction("evals_result.validation_0.auc", {}) == "higher"
    assert direction("mean_pinball_loss", {}) == "lower"
    log = {"evals_result": "lower"}
    assert direction("evals_result.validation_0.auc", log) == "higher"
    assert direction("evals_result_.valid_0.binary_logloss", {"evals_result_": "higher"}) == "lower"
    assert direction("evals_result.valid_0.l2", {"evals_result": "higher"}) == "lower"
    assert direction("evals_result.valid_0.my_own", log) == "lower"


def test_directions_of_entries_of_logs():
    names = {"cv": "lower", "best_score": "lower"}
    for name in ("auc", "aucpr", "auc_mu", "ndcg@5", "map@3", "average_precision", "r2"):
        assert direction(f"best_score.valid_0.{name}", names) == "higher"
    for name in ("rmse", "binary_logloss", "l1", "huber", "multi_error", "poisson-nloglik", "my_own"):
        assert direction(f"best_score.valid_0.{name}", names) == "lower"
    assert direction("cv.test-auc-mean", names) == direction("cv.valid_auc-mean", names) == "higher"
    assert direction("cv.test-rmse-mean", names) == direction("cv.valid_l2-mean", names) == "lower"


def test_a_log_that_nobody_looks_at_comes_last_and_says_what_a_printed_number_is():
    log = [("best_score.training.auc", 1.0, 3, "training-loop", True)]
    log += [("best_score.valid_0.auc", 0.912345, 3, "training-loop", True)]
    log += [("cv.valid_auc-mean", 0.9, 4, None, True), ("cv.valid_auc-stdv", 0.01, 4, None, True)]
    assert choose_quality([outcome("", *log)], {}).metric == "cv.valid_auc-mean"
    assert choose_quality([outcome("", *log[:2])], {}).metric == "best_score.valid_0.auc"
    assert choose_quality([outcome("", log[1], log[0])], {}).metric == "best_score.valid_0.auc"
    assert choose_quality([outcome("", log[0])], {}).metric == "best_score.training.auc"
    told = choose_quality([outcome("Accuracy: 0.8\n", *log)], {})
    assert (told.source, told.metric) == ("printed", "accuracy")
    assert other_metrics(told, outcome("Accuracy: 0.8\nF1: 0.7\n", *log))["f1"] == 0.7
    called = choose_quality([outcome("", ("accuracy_score", 0.8, 1, None), *log)], {})
    assert called.metric == "accuracy_score"
    worse = ("evals_result.test.logloss", 0.31234, 3, None, True)
    shown = choose_quality([outcome("best score: 0.3123\n", worse)], {"evals_result": "lower"})
    assert (shown.source, shown.metric, shown.better) == ("metric", "evals_result.test.logloss", "lower")


def test_printed_when_nothing_is_recorded_and_outputs_when_nothing_is_printed():
    run = outcome("Train accuracy: 1.0\nTest accuracy: 0.9\nTrain loss: 0.1\n")
    source = choose_quality([run], {})
    assert (source.source, source.metric, read_quality(source, run)) == ("printed", "accuracy", 0.9)
    nothing = choose_quality([outcome("hello\n")], {})
    assert (nothing.source, nothing.metric, read_quality(nothing, outcome("hello\n"))) == ("outputs", None, None)


def test_the_user_chooses():
    run = outcome("Accuracy: 0.9\nF1: 0.8\n", ("recall_score", 0.7, 1, EVALUATION))
    assert choose_quality([run], {}, "f1").label == "f1"
    assert choose_quality([run], {}, "Recall Score").metric == "recall_score"
    with pytest.raises(UsageError, match="no metric") as refused:
        choose_quality([run], {}, "acuracy")
    assert "accuracy" in refused.value.remedy


def test_a_candidate_that_does_not_record_is_read_by_what_it_prints():
    base = outcome("Accuracy: 0.933\n", ("accuracy_score", 0.9333333, 5, EVALUATION))
    source = choose_quality([base], {})
    assert source.label == "accuracy"
    assert read_quality(source, outcome("Accuracy: 0.95\n")) == 0.95
    assert read_quality(source, outcome("done\n")) is None
    assert read_quality(source, outcome("Accuracy: 0.1\n", ("accuracy_score", 0.8, 77, EVALUATION))) == 0.8
    other = outcome("Accuracy: 0.5\n", ("accuracy_score", 0.9333333, 5, EVALUATION))
    assert choose_quality([other], {}).label == ""


@pytest.mark.parametrize("run", [outcome("", ("accuracy", math.nan, 2, EVALUATION)), outcome("Accuracy: inf\n")])
def test_a_metric_that_the_user_names_must_have_a_value(run):
    with pytest.raises(UsageError, match=r"the metric accuracy is (nan|inf) in the script as it is"):
        choose_quality([run], {}, "accuracy")


def test_nan_is_passed_over_in_the_choice_and_told():
    run = outcome("", ("r2", 0.5, 1, EVALUATION), ("accuracy", math.nan, 2, EVALUATION))
    source = choose_quality([run], {})
    assert source.metric == "r2" and "accuracy" in source.notes[0]
    only = choose_quality([outcome("Accuracy: nan\n", ("accuracy", math.nan, 2, EVALUATION))], {})
    assert only.source == "outputs" and len(only.notes) == 2
    endless = choose_quality([outcome("loss: inf\n")], {})
    assert (endless.source, endless.notes) == ("outputs", ("loss is printed as inf and was passed over",))
    assert math.isnan(read_quality(source, outcome("", ("r2", math.nan, 1, EVALUATION))))
