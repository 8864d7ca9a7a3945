"""A straight line through fuel consumption."""

import numpy as np
from sklearn.linear_model import LinearRegression

rng = np.random.default_rng(78)
weight, power = rng.uniform(900, 2400, 1500), rng.uniform(50, 300, 1500)
consumption = 1.5 + 0.0025 * weight + 0.012 * power + rng.normal(0, 0.4, 1500)
X = np.column_stack([weight, power])
model = LinearRegression()
model.fit(X, consumption)
print("coefficients", model.coef_.round(5), "intercept", round(float(model.intercept_), 3))
residual = consumption - model.predict(X)
print("MSE:", float((residual**2).mean()))
