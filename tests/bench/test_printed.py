"""Figures in what a script prints: what they are of, how they are written, and what is none."""

from __future__ import annotations

import math

import pytest

from greenrules.bench.printed import printed_numbers


@pytest.mark.parametrize(
    ("line", "label", "value", "better"),
    [
        ("Accuracy: 0.93", "accuracy", 0.93, "higher"),
        ("accuracy = 93.1%", "accuracy", 0.931, "higher"),
        ("Test accuracy is 0.9", "accuracy", 0.9, "higher"),
        ("accuracy_score 0.5", "accuracy", 0.5, "higher"),
        ("Accuracy on the test set: .75", "accuracy", 0.75, "higher"),
        ("Accuracy (test): 0.75", "accuracy", 0.75, "higher"),
        ("Balanced accuracy: 0.6", "balanced accuracy", 0.6, "higher"),
        ("    accuracy                           0.93       250", "accuracy", 0.93, "higher"),
        ("R2 score: 0.81", "r2", 0.81, "higher"),
        ("R^2: -0.2", "r2", -0.2, "higher"),
        ("R²=0.5", "r2", 0.5, "higher"),
        ("R-squared: 0.4", "r2", 0.4, "higher"),
        ("MSE: 1.5e-3", "mse", 1.5e-3, "lower"),
        ("RMSE 2", "rmse", 2.0, "lower"),
        ("Mean Squared Error: 12.5", "mse", 12.5, "lower"),
        ("MAE=[0.3]", "mae", 0.3, "lower"),
        ("ROC AUC: 0.77", "roc auc", 0.77, "higher"),
        ("AUC-ROC 0.7", "roc auc", 0.7, "higher"),
        ("F1-score: 0.8", "f1", 0.8, "higher"),
        ("Log loss: 0.31", "log loss", 0.31, "lower"),
        ("val_loss: 0.2", "loss", 0.2, "lower"),
        ("[4]\ttest-auc:0.94", "roc auc", 0.94, "higher"),
        ("[4]\ttest-mlogloss:0.3", "log loss", 0.3, "lower"),
        ("[5]\tvalid_0's binary_logloss: 0.43", "log loss", 0.43, "lower"),
        ("Silhouette score: 0.55", "silhouette", 0.55, "higher"),
        ("inertia 1234.5", "inertia", 1234.5, "lower"),
        ("Best score: 0.99", "score", 0.99, "higher"),
        ("Train accuracy: 0.99", "training accuracy", 0.99, "higher"),
        ("{'loss': 0.31}", "loss", 0.31, "lower"),
        ('{"loss": 0.31}', "loss", 0.31, "lower"),
        ("{'eval_loss': 0.31, 'eval_runtime': 3.2}", "loss", 0.31, "lower"),
        ("{'loss': np.float64(0.31)}", "loss", 0.31, "lower"),
        ("{'accuracy': 0.9}", "accuracy", 0.9, "higher"),
        ("loss tensor(0.31)", "loss", 0.31, "lower"),
        ("loss: 0.4 - val_loss: 0.5", "loss", 0.5, "lower"),
        ("accuracy: 0.95 - val_accuracy: 0.9", "accuracy", 0.9, "higher"),
    ],
)
def test_what_a_printed_number_is_of(line, label, value, better):
    (found,) = printed_numbers(line).values()
    assert (found.label, found.better) == (label, better)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("accuracy: nan", math.nan),
        ("MAE 3,4", 3.4),
        ("Accuracy: 0,934", 0.934),
        ("accuracy = 93,1 %", 0.931),
        ("MSE: 1,5e-3", 1.5e-3),
        ("MAE: 1,234,567", 1234567.0),
        ("MAE: 1,234.5", 1234.5),
        ("MAE: 1.234,5", 1234.5),
        ("RMSE: -12345,678", -12345.678),
        ("MAE 1, 2", 1.0),
        ("Accuracy: 0.93.", 0.93),
        ("MAE=[0.3, 0.4]", 0.3),
    ],
)
def test_how_numbers_are_written(line, value):
    (found,) = printed_numbers(line).values()
    assert found.value == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    "line", ["accuracy", "training took 3 s", "loaded 5 scores", "mission 5", "Epoch 3", "x" * 5000]
)
def test_other_lines_are_no_metrics(line):
    assert printed_numbers(line) == {}


@pytest.mark.parametrize(
    "text",
    [
        "MAE 1,234",
        "MAE 3,4,5",
        "MAE [3,4]",
        "MAE 0.3,0.4",
        "MAE 1.234,567",
        "MAE 1.2.3",
        "MAE 1 234,5",
        "MAE 1\u202f234",
    ],
)
def test_a_number_that_could_mean_two_things_is_none(text):
    assert printed_numbers(text) == {}


def test_several_on_a_line_and_the_last_wins():
    text = "Epoch 1 loss: 0.9 acc: 0.5\nEpoch 2 loss: 0.4 acc: 0.8\n"
    assert {k: v.value for k, v in printed_numbers(text).items()} == {"loss": 0.4, "accuracy": 0.8}


@pytest.mark.parametrize("line", ["acc 1134000000 12", "loss of precision 3, that is all", "accuracy: 250"])
def test_what_cannot_be_a_share_is_no_accuracy(line):
    assert not {"accuracy", "precision"} & printed_numbers(line).keys()


@pytest.mark.parametrize(
    ("line", "value"), [("Accuracy: 0.93", 0.93), ("accuracy = 93.1 %", 0.931), ("Accuracy: 93.1", 93.1)]
)
def test_what_can_be_one_is(line, value):
    assert printed_numbers(line)["accuracy"].value == pytest.approx(value)
