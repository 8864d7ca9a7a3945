"""Sixty epochs of stochastic descent, scored after each."""

import numpy as np
from sklearn.datasets import make_regression
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import StandardScaler

X, y = make_regression(n_samples=12000, n_features=30, noise=20, random_state=0)
X = StandardScaler().fit_transform(X)
rng = np.random.default_rng(0)
model = SGDRegressor(random_state=0)
for epoch in range(60):
    order = rng.permutation(10000)
    for i in range(0, 10000, 200):
        batch = order[i : i + 200]
        model.partial_fit(X[batch], y[batch])
    score = mean_squared_error(y[10000:], model.predict(X[10000:]))
    print("epoch", epoch, "MSE", score)
