"""Gradient descent by hand, judged once; what scikit-learn loads is mostly loaded already."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.metrics import r2_score

rng = np.random.default_rng(85)
X = rng.normal(size=(40000, 60))
y = np.tanh(X @ rng.normal(size=60) / 4) + rng.normal(0, 0.1, 40000)
w = np.zeros(60)
for step in range(400):
    guess = np.tanh(X @ w)
    w -= 0.5 * X.T @ ((guess - y) * (1 - guess**2)) / len(X)
print("rank correlation:", float(stats.spearmanr(pd.Series(y[:2000]), np.tanh(X[:2000] @ w)).statistic))
print("R2:", r2_score(y, np.tanh(X @ w)))
