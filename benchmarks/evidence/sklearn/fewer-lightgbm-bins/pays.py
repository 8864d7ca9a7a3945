"""Power drawn by a plant, from fifty sensors."""

import numpy as np
from lightgbm import LGBMRegressor
from sklearn.metrics import r2_score

rng = np.random.default_rng(62)
X = rng.normal(size=(30000, 50))
y = X[:, :12] @ rng.normal(size=12) + np.sin(3 * X[:, 12]) + X[:, 13] * X[:, 14] + rng.normal(0, 0.5, 30000)
model = LGBMRegressor(n_estimators=60, random_state=62, verbose=-1)
model.fit(X[:20000], y[:20000])
print("R2", r2_score(y[20000:], model.predict(X[20000:])))
