"""Predict the strength of concrete-like mixtures from eight ingredients."""

import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

X, y = make_friedman1(n_samples=16000, n_features=8, noise=1.0, random_state=14)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.55, random_state=14)
scaler = StandardScaler().fit(X_train)
model = MLPRegressor(hidden_layer_sizes=(64, 32), max_iter=200, random_state=14)
model.fit(scaler.transform(X_train), y_train)
print("R2", r2_score(y_test, model.predict(scaler.transform(X_test))))
