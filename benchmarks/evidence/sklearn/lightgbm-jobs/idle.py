"""A dozen trees on a long table."""

import numpy as np
from lightgbm import LGBMRegressor
from sklearn.metrics import r2_score

rng = np.random.default_rng(98)
X = rng.normal(size=(120000, 15))
y = X[:, 0] * 3 + np.abs(X[:, 1]) + rng.normal(0, 1, 120000)
model = LGBMRegressor(n_estimators=12, random_state=98, verbose=-1)
model.fit(X[:90000], y[:90000])
print("R2", r2_score(y[90000:], model.predict(X[90000:])))
