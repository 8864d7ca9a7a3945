"""Bicycle rentals by the hour, from weather and calendar."""

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score

rng = np.random.default_rng(18)
hours = 14000
hour, weekday = rng.integers(0, 24, hours), rng.integers(0, 7, hours)
temperature, wind, humidity = rng.normal(14, 8, hours), rng.gamma(2, 2, hours), rng.uniform(0.2, 1, hours)
rentals = 40 + 60 * np.exp(-((hour - 17.5) ** 2) / 6) + 45 * np.exp(-((hour - 8) ** 2) / 3) * (weekday < 5)
rentals = rentals + 3 * temperature - 4 * wind - 30 * humidity * (temperature < 5) + rng.normal(0, 9, hours)
X = np.column_stack([hour, weekday, temperature, wind, humidity, rng.normal(size=(hours, 5))])
cut = 6000
forest = RandomForestRegressor(n_estimators=60, random_state=18).fit(X[:cut], rentals[:cut])
print("R2", r2_score(rentals[cut:], forest.predict(X[cut:])))
