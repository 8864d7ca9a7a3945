"""Metrics and predictions, recorded where the script calls for them."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap

from greenrules.bench.run import MetricCall


def call_at(source, text, name, predictions=None):
    """The recorder for the expression that reads ``text``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.expr) and ast.get_source_segment(source, node) == text:
            return MetricCall(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, name, predictions)
    raise AssertionError(text)


def test_metrics_are_recorded_where_they_are_called(place, tmp_path):
    source = textwrap.dedent(
        """
        import numpy as np
        ü = "é"; accuracy = lambda y, p: float((np.asarray(y) == np.asarray(p)).mean())
        y, p = np.array([1, 0, 1, 1]), np.array([1, 0, 0, 1])
        print(ü, f"Accuracy {accuracy(y, p):.2f}")
        folds = np.array([0.5, 0.7])
        def scores():
            return folds
        class Search:
            best_score_ = np.float64(0.9)
        def log():
            return {"validation_0": {"logloss": [0.9, 0.5, 0.25]}}
        scores()
        print(Search().best_score_, log())
        """
    )
    calls = [
        call_at(source, "accuracy(y, p)", "accuracy", 1),
        call_at(source, "scores()", "cross-validation"),
        call_at(source, "Search().best_score_", "best score"),
        call_at(source, "log()", "log"),
    ]
    keep = tmp_path / "kept"
    outcome = place.run(source, metric_calls=calls, roles=[(5, 5, "quality-evaluation")], keep=keep)
    assert outcome.status == "ok", outcome.stderr
    assert [(m.name, m.value) for m in outcome.metrics] == [
        ("accuracy", 0.75),
        ("cross-validation", 0.6),
        ("best score", 0.9),
        ("log.validation_0.logloss", 0.25),
    ]
    assert outcome.metrics[0].line == 5 and outcome.metrics[0].role == "quality-evaluation"
    import numpy

    (prediction,) = outcome.predictions
    assert numpy.load(prediction.path).tolist() == [1, 0, 0, 1]


def test_an_error_in_a_metric_shows_the_scripts_frames_only(place):
    source = "def accuracy(y, p):\n    raise ValueError('bad')\n\nprint(accuracy(1, [2]))\n"
    outcome = place.run(source, metric_calls=[call_at(source, "accuracy(1, [2])", "accuracy", 1)])
    bare = subprocess.run([sys.executable, place.root / "train.py"], capture_output=True, check=False)
    assert outcome.stderr == bare.stderr


def test_recording_keeps_order_and_evaluates_once(plain):
    source = textwrap.dedent(
        """
        def say(x):
            print(getattr(x, '__name__', x))
            return x
        def metric(*args, **kw):
            print(args, kw)
            return 0.5
        print(say(metric)(say(1), say([2]), *say([3]), k=say(4), **say({'z': 5})))
        """
    )
    call = "say(metric)(say(1), say([2]), *say([3]), k=say(4), **say({'z': 5}))"
    bare = plain.run(source)
    for predictions in (0, 1, "k", "missing", 7):
        outcome = plain.run(source, metric_calls=[call_at(source, call, "m", predictions)])
        assert outcome.stdout == bare.stdout and outcome.metrics[0].value == 0.5


def test_nan_and_unreadable_values(plain):
    source = "f = lambda x: x\nf(float('nan')); f(float('-inf')); f('text'); f(True); f(object())\n"
    calls = [call_at(source, f"f({t})", t[:4]) for t in ("float('nan')", "float('-inf')", "'text'", "True", "object()")]
    outcome = plain.run(source, metric_calls=calls)
    assert [repr(m.value) for m in outcome.metrics] == ["nan", "-inf", "1.0"]
    assert len(outcome.notes) == 2 and "line 2" in outcome.notes[0]
