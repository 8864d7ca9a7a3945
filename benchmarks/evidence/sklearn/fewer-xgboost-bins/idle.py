"""Counts that take fewer values than there are bins."""

import numpy as np
import xgboost as xgb
from sklearn.metrics import mean_absolute_error

rng = np.random.default_rng(61)
X = rng.integers(0, 12, size=(4000, 8))
y = X[:, 0] * 2.0 + X[:, 1] * X[:, 2] / 4 + rng.normal(0, 1, 4000)
model = xgb.XGBRegressor(n_estimators=40, random_state=61).fit(X[:2000], y[:2000])
print("MAE", mean_absolute_error(y[2000:], model.predict(X[2000:])))
