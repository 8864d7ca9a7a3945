"""Gradient descent by hand, judged once."""

import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(85)
X = rng.normal(size=(40000, 60))
y = np.tanh(X @ rng.normal(size=60) / 4) + rng.normal(0, 0.1, 40000)
w = np.zeros(60)
for step in range(400):
    guess = np.tanh(X @ w)
    w -= 0.5 * X.T @ ((guess - y) * (1 - guess**2)) / len(X)
print("R2:", r2_score(y, np.tanh(X @ w)))
