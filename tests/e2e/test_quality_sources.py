"""Where the quality of a script comes from, each source on a real script that is measured at a shell."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("quality-sources")]

DATA = """
import numpy as np
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
X, y = make_classification(300, 8, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""
FIT = "model = LogisticRegression().fit(X_train, y_train)\n"
FUNCTION = """
from sklearn.metrics import accuracy_score
print(accuracy_score(y_test, model.predict(X_test)))
"""
ERROR = """
from sklearn.metrics import mean_squared_error as mse
print(mse(y_test, model.predict(X_test)))
"""
SEVERAL = """
from sklearn.metrics import f1_score, log_loss
f1_score(y_test, model.predict(X_test))
print(log_loss(y_test, model.predict_proba(X_test)))
"""
SCORE = "print(model.score(X_test, y_test))\n"
FOLDS = """
scores = cross_val_score(LogisticRegression(), X, y, cv=3)
print(scores.mean())
"""
SEARCH = """
search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2)
search.fit(X, y)
print(search.best_score_)
"""
XGBOOST = """
import xgboost as xgb
model = xgb.XGBClassifier(n_estimators=5, n_jobs=1, eval_metric="{metric}")
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
log = model.evals_result()
"""
XGBOOST_TRAIN = """
import xgboost as xgb
train, test = xgb.DMatrix(X_train, y_train), xgb.DMatrix(X_test, y_test)
parameters = {"objective": "binary:logistic", "eval_metric": "auc", "nthread": 1}
xgb.train(parameters, train, 5, evals=[(test, "test")])
"""
LIGHTGBM = """
import lightgbm as lgb
model = lgb.LGBMClassifier(n_estimators=5, n_jobs=1, verbose=-1)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], eval_metric="binary_logloss")
log = model.evals_result_
"""
LIGHTGBM_TRAIN = """
import lightgbm as lgb
train, test = lgb.Dataset(X_train, y_train), lgb.Dataset(X_test, y_test)
parameters = {"objective": "binary", "metric": "binary_logloss", "num_threads": 1, "verbose": -1}
lgb.train(parameters, train, 5, valid_sets=[test], callbacks=[lgb.log_evaluation(1)])
"""
LIGHTGBM_QUIET = """
import lightgbm as lgb
train, test = lgb.Dataset(X_train, y_train), lgb.Dataset(X_test, y_test)
parameters = {"objective": "binary", "metric": ["auc", "binary_logloss"], "num_threads": 1, "verbose": -1}
log = {}
lgb.train(parameters, train, 5, valid_sets=[test, train], callbacks=[lgb.record_evaluation(log)])
"""
XGBOOST_QUIET = """
import xgboost as xgb
train, test = xgb.DMatrix(X_train, y_train), xgb.DMatrix(X_test, y_test)
parameters = {"objective": "binary:logistic", "eval_metric": ["logloss", "aucpr"], "nthread": 1}
log = {}
xgb.train(parameters, train, 5, evals=[(test, "test"), (train, "train")], evals_result=log, verbose_eval=False)
"""
LIGHTGBM_CV = """
import lightgbm as lgb
parameters = {"objective": "binary", "metric": "auc", "num_threads": 1, "verbose": -1}
found = lgb.cv(parameters, lgb.Dataset(X, y), 5, nfold=3)
"""
XGBOOST_CV = """
import xgboost as xgb
found = xgb.cv({"objective": "binary:logistic", "nthread": 1}, xgb.DMatrix(X, y), 5, nfold=3, metrics="{metric}"{more})
"""
LIGHTGBM_FIT = """
import lightgbm as lgb
model = lgb.LGBMClassifier(n_estimators=50, n_jobs=1, verbose=-1)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], eval_metric="auc",
          callbacks=[lgb.early_stopping(3, verbose=False)])
"""
XGBOOST_BEST = """
import xgboost as xgb
model = xgb.XGBClassifier(n_estimators=200, n_jobs=1, early_stopping_rounds=3, learning_rate=1.0)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
assert 0 < model.best_iteration < 190
{more}
"""
PRINTED = """
hits = np.mean(model.predict(X_test) == y_test)
print(f"Test accuracy: {hits:.4f}")
"""
#: what follows the data, where the quality then comes from, words of the metric's name, and which way is better
CASES = {
    "a function": (FIT + FUNCTION, "metric", "accuracy_score", "higher"),
    "an error is better when lower": (FIT + ERROR, "metric", "mean_squared_error", "lower"),
    "the last of several": (FIT + SEVERAL, "metric", "log_loss", "lower"),
    "estimator.score": (FIT + SCORE, "metric", "score", "higher"),
    "cross_val_score": (FOLDS, "metric", "cross_val_score", "higher"),
    "best_score_": (SEARCH, "metric", "best_score_", "higher"),
    "XGBoost's log, an error": (XGBOOST.replace("{metric}", "logloss"), "metric", "logloss", "lower"),
    "XGBoost's log, an area": (XGBOOST.replace("{metric}", "auc"), "metric", "auc", "higher"),
    "XGBoost's log as it prints it": (XGBOOST_TRAIN, "printed", "auc", "higher"),
    "LightGBM's log": (LIGHTGBM, "metric", "binary_logloss", "lower"),
    "LightGBM's log as it prints it": (LIGHTGBM_TRAIN, "metric", "best_score.valid_0.binary_logloss", "lower"),
    "LightGBM's training that prints nothing": (LIGHTGBM_QUIET, "metric", "best_score.valid_0.binary_logloss", "lower"),
    "XGBoost's training that prints nothing": (XGBOOST_QUIET, "metric", "evals_result.test.aucpr", "higher"),
    "LightGBM's cross-validation": (LIGHTGBM_CV, "metric", "cv.valid_auc-mean", "higher"),
    "XGBoost's cross-validation": (
        XGBOOST_CV.replace("{metric}", "logloss").replace("{more}", ""),
        "metric",
        "cv.test-logloss-mean",
        "lower",
    ),
    "XGBoost's cross-validation without a frame": (
        XGBOOST_CV.replace("{metric}", "auc").replace("{more}", ", as_pandas=False"),
        "metric",
        "cv.test-auc-mean",
        "higher",
    ),
    "LightGBM's fit that nobody asks": (LIGHTGBM_FIT, "metric", "best_score_.valid_0.binary_logloss", "lower"),
    "XGBoost's best score": (
        XGBOOST_BEST.replace("{more}", ""),
        "metric",
        "evals_result.validation_0.logloss",
        "lower",
    ),
    "XGBoost's best score, printed": (
        XGBOOST_BEST.replace("{more}", 'print("best score", model.best_score)'),
        "metric",
        "evals_result.validation_0.logloss",
        "lower",
    ),
    "what is printed goes before a log that nobody looks at": (
        LIGHTGBM_FIT + FIT + PRINTED,
        "printed",
        "accuracy",
        "higher",
    ),
    "a printed number": (FIT + PRINTED, "printed", "accuracy", "higher"),
    "outputs": (FIT + "print(model.predict(X_test[:5]))\n", "outputs", None, "higher"),
}


ALONE = """
import numpy as np
import xgboost
X = np.random.default_rng(0).normal(size=(300, 5))
y = (X[:, 0] > 0).astype(int)
model = xgboost.XGBClassifier(n_estimators=5, n_jobs=1)
model.fit(X[:200], y[:200], eval_set=[(X[200:], y[200:])], verbose=False)
log = model.evals_result()
"""


def test_a_log_in_a_script_that_imports_no_scikit_learn(user):
    pytest.importorskip("xgboost")
    user.write("train.py", ALONE)
    report = user.run("--quiet", "measure", "train.py", "--json").json()
    assert report["quality"]["metric"] == "evals_result.validation_0.logloss"
    assert report["quality"]["better"] == "lower" and report["baseline"]["quality"]["median"] > 0


@pytest.mark.parametrize(("source", "kind", "name", "better"), CASES.values(), ids=CASES)
def test_a_source_of_quality(user, source, kind, name, better):
    if "xgboost" in source:
        pytest.importorskip("xgboost")
    if "lightgbm" in source:
        pytest.importorskip("lightgbm")
    user.write("train.py", DATA + source)
    done = user.run("--quiet", "measure", "train.py", "--json")
    assert done.code == 0, done.err
    report = done.json()
    assert (report["quality"]["source"], report["quality"]["better"]) == (kind, better)
    if name is None:
        assert report["quality"]["metric"] is None and report["baseline"]["quality"] is None
    else:
        assert name in report["quality"]["metric"]
        assert 0 < report["baseline"]["quality"]["median"] <= 1


def test_a_log_is_of_the_round_that_early_stopping_kept(user):
    pytest.importorskip("xgboost")
    user.write("train.py", DATA + XGBOOST_BEST.replace("{more}", 'print("it was", [repr(float(model.best_score))])'))
    done = user.run("--quiet", "measure", "train.py", "--json", "--repeat", "2")
    assert done.code == 0, done.err
    value = done.json()["baseline"]["quality"]["median"]
    check = user.write("check.py", DATA + XGBOOST_BEST.replace("{more}", "print(repr(float(model.best_score)))"))
    said = subprocess.run([sys.executable, check], capture_output=True, text=True, check=True, cwd=user.folder)
    assert value == pytest.approx(float(said.stdout.split()[-1]), rel=1e-5)


def test_a_fit_without_a_log_records_none_and_says_nothing_of_it(user):
    pytest.importorskip("lightgbm")
    pytest.importorskip("xgboost")
    source = DATA + (
        "import lightgbm, xgboost\n"
        "a = lightgbm.LGBMClassifier(n_estimators=3, n_jobs=1, verbose=-1).fit(X_train, y_train)\n"
        "b = xgboost.XGBClassifier(n_estimators=3, n_jobs=1)\n"
        "b.fit(X_train, y_train)\n"
        "print(a.score(X_test, y_test))\n"
    )
    user.write("train.py", source)
    done = user.run("measure", "train.py", "--json")
    assert done.code == 0 and "not recorded" not in done.err, done.err
    report = done.json()
    assert report["quality"]["metric"] == "score"
    assert report["baseline"]["other_metrics"] == {}


def test_the_user_names_the_primary_metric(user):
    user.write("train.py", DATA + FIT + SEVERAL)
    options = ("--metric", "f1_score", "--runs", "2", "--report", "json", "--json", "--ignore", "sklearn")
    done = user.run("--quiet", "apply", "train.py", *options)
    assert done.code == 0, done.err
    report = done.json()
    assert "f1_score" in report["quality"]["metric"] and report["quality"]["source"] == "user"
    assert any("log_loss" in name for name in report["baseline"]["other_metrics"])
