"""A day's sensor readings learnt in a single pass."""

import numpy as np
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(8)
hours = rng.uniform(0, 24, size=1440)
temperature = 12 + 6 * np.sin((hours - 9) / 24 * 2 * np.pi) + rng.normal(0, 0.6, size=1440)
X = StandardScaler().fit_transform(np.column_stack([np.sin(hours / 24 * 2 * np.pi), np.cos(hours / 24 * 2 * np.pi)]))

model = SGDRegressor(random_state=8)
chunk = 240
for i in range(0, len(X), chunk):
    model.partial_fit(X[i:i + chunk], temperature[i:i + chunk])
print("r2", r2_score(temperature, model.predict(X)))
