"""Where the quality of a script comes from, each source on a real script that is measured at a shell."""

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
    "LightGBM's log as it prints it": (LIGHTGBM_TRAIN, "printed", "log loss", "lower"),
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


def test_the_user_names_the_primary_metric(user):
    user.write("train.py", DATA + FIT + SEVERAL)
    options = ("--metric", "f1_score", "--runs", "2", "--report", "json", "--json", "--ignore", "sklearn")
    done = user.run("--quiet", "apply", "train.py", *options)
    assert done.code == 0, done.err
    report = done.json()
    assert "f1_score" in report["quality"]["metric"] and report["quality"]["source"] == "user"
    assert any("log_loss" in name for name in report["baseline"]["other_metrics"])
