"""Six epochs, each of which still helps."""

import numpy as np
from sklearn.datasets import make_regression
from sklearn.linear_model import SGDRegressor
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import StandardScaler

X, y = make_regression(n_samples=3000, n_features=30, noise=20, random_state=0)
X = StandardScaler().fit_transform(X)
rng = np.random.default_rng(0)
model = SGDRegressor(random_state=0, learning_rate="constant", eta0=0.0002)
for epoch in range(6):
    order = rng.permutation(2000)
    for i in range(0, 2000, 500):
        batch = order[i : i + 500]
        model.partial_fit(X[batch], y[batch])
    score = mean_squared_error(y[2000:], model.predict(X[2000:]))
    print("epoch", epoch, "MSE", score)
