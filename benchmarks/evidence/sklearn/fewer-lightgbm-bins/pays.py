"""Power drawn by a plant, from a hundred sensors."""

import numpy as np
from lightgbm import LGBMRegressor
from sklearn.metrics import r2_score

rng = np.random.default_rng(62)
X = rng.normal(size=(16000, 100))
y = X[:, :6] @ rng.uniform(1, 2, size=6) + 2 * np.sin(3 * X[:, 12]) + X[:, 13] * X[:, 14] + rng.normal(0, 1, 16000)
model = LGBMRegressor(n_estimators=120, random_state=62, verbose=-1)
model.fit(X[:8000], y[:8000])
print("R2", r2_score(y[8000:], model.predict(X[8000:])))
