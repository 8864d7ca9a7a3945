"""Thousands of bootstrap fits: the solver is what counts, not the import."""

import numpy as np
from sklearn.linear_model import LinearRegression

rng = np.random.default_rng(79)
X = rng.normal(size=(4000, 60))
y = X @ rng.normal(size=60) + rng.normal(size=4000)
slopes = []
for draw in range(500):
    rows = rng.integers(0, len(X), len(X))
    model = LinearRegression()
    model.fit(X[rows], y[rows])
    slopes.append(model.coef_[0])
print("slope", round(float(np.mean(slopes)), 6), "+-", round(float(np.std(slopes)), 6))
