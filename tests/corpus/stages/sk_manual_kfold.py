import numpy as np  # I
from sklearn.datasets import fetch_california_housing  # I
from sklearn.linear_model import Ridge  # I
from sklearn.metrics import mean_squared_error as mse  # I
from sklearn.model_selection import KFold  # I

bunch = fetch_california_housing()  # D
X, y = bunch.data, bunch.target  # F
errors = []
for train, test in KFold(5).split(X):  # T
    model = Ridge(alpha=1.0)  # M
    model.fit(X[train], y[train])  # T
    guess = model.predict(X[test])  # P
    errors.append(mse(y[test], guess))  # Q
print(np.mean(errors))  # Q
