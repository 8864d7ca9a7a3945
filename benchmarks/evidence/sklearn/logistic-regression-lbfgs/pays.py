"""Survival from readings of different sizes, with a stochastic solver."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(54)
X = rng.normal(size=(40000, 25)) * np.linspace(0.2, 5, 25) + rng.normal(size=25)
y = (X @ (rng.normal(size=25) / np.linspace(0.2, 5, 25)) + rng.normal(0, 2, 40000) > 0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=54)
model = LogisticRegression(solver="saga", max_iter=1000, random_state=54)
model.fit(X_train, y_train)
print("iterations", int(model.n_iter_[0]))
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
