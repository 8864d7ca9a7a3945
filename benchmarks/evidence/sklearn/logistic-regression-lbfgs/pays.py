"""Survival from readings of very different sizes, with a stochastic solver."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(54)
X = rng.normal(size=(40000, 25)) * np.linspace(0.3, 3, 25) + rng.normal(size=25)
y = (X @ rng.normal(size=25) + rng.normal(0, 3, 40000) > 0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=54)
model = LogisticRegression(solver="saga", max_iter=500, tol=1e-5, random_state=54)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
