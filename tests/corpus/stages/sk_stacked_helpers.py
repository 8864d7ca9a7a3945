import numpy as np  # I
from sklearn.datasets import make_friedman1  # I
from sklearn.linear_model import LassoCV  # I
from sklearn.neural_network import MLPRegressor  # I
from sklearn.preprocessing import PolynomialFeatures  # I


def get_data(n):
    return make_friedman1(n_samples=n, random_state=0)  # D


def expand(X):
    poly = PolynomialFeatures(2)  # F
    return poly.fit_transform(X)  # F


def train_all(models, X, y):
    for m in models:  # T
        m.fit(X, y)  # T
    return models  # T


X, y = get_data(2000)  # D
X2 = expand(X)  # F
models = [LassoCV(), MLPRegressor((50,), max_iter=500)]  # M
models = train_all(models, X2[:1500], y[:1500])  # T
for m in models:  # Q
    print(type(m).__name__, m.score(X2[1500:], y[1500:]))  # Q
