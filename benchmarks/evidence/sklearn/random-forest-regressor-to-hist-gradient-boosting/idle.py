"""A hundred and fifty samples, twenty shallow trees."""

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error

rng = np.random.default_rng(2)
X = rng.uniform(size=(300, 4))
y = X[:, 0] ** 2 + 0.5 * X[:, 1] + rng.normal(0, 0.05, 300)
model = RandomForestRegressor(n_estimators=20, max_depth=6, random_state=2).fit(X[:150], y[:150])
print("MSE", mean_squared_error(y[150:], model.predict(X[150:])))
