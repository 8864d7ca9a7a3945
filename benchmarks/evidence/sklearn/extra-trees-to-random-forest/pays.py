"""Incomes and payments are long-tailed: random thresholds seldom cut them well, and the trees grow deep."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(38)
n = 16000
X = rng.lognormal(sigma=2.5, size=(n, 6))
y = (np.log(X[:, 0]) + np.log(X[:, 1]) - np.log(X[:, 2]) + rng.normal(0, 0.5, n) > 0).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=38)
trees = ExtraTreesClassifier(n_estimators=60, max_features=None, random_state=38)
trees.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, trees.predict(X_test)))
