"""Six hundred boosted trees that watch a validation set, and go on regardless."""

import xgboost as xgb
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=16000, noise=2.0, random_state=3)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, test_size=0.5, random_state=3)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, test_size=0.5, random_state=4)
train, val = xgb.DMatrix(X_train, label=y_train), xgb.DMatrix(X_val, label=y_val)
settings = {"max_depth": 5, "eta": 0.1, "nthread": 1}
booster = xgb.train(settings, train, num_boost_round=600, evals=[(val, "validation")], verbose_eval=False)
print("R2", r2_score(y_test, booster.predict(xgb.DMatrix(X_test))))
