"""Forecast tomorrow's demand from the last week, with a generous number of trees."""

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score

rng = np.random.default_rng(19)
days = np.arange(9000)
demand = 100 + 20 * np.sin(days / 7 * 2 * np.pi) + 10 * np.sin(days / 365 * 2 * np.pi) + rng.normal(0, 6, len(days))
X = np.column_stack([demand[lag:-7 + lag] for lag in range(7)])
y = demand[7:]
cut = 3600
model = GradientBoostingRegressor(n_estimators=400, learning_rate=0.1, random_state=19)
model.fit(X[:cut], y[:cut])
print("R2", r2_score(y[cut:], model.predict(X[cut:])))
