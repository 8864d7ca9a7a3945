"""A dozen trees on a long table, with the training function: every thread has plenty to do."""

import lightgbm as lgb
import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(98)
X = rng.normal(size=(200000, 15))
y = X[:, 0] * 3 + np.abs(X[:, 1]) + rng.normal(0, 1, 200000)
params = {"objective": "regression", "verbose": -1, "seed": 98}
booster = lgb.train(params, lgb.Dataset(X[:170000], y[:170000]), num_boost_round=20)
print("R2", r2_score(y[170000:], np.asarray(booster.predict(X[170000:]))))
