"""Loans paid back or not: a kernel machine on a table that suits trees."""

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

rng = np.random.default_rng(48)
n = 24000
income, debt, years = rng.lognormal(3.4, 0.5, n), rng.lognormal(2.4, 0.8, n), rng.integers(0, 30, n)
late, age = rng.poisson(0.8, n), rng.integers(20, 75, n)
risk = 2.2 * (debt > 0.6 * income) + 1.4 * (late > 1) - 1.2 * (years > 4) + 0.8 * (age < 26) + rng.normal(0, 0.6, n)
y = (risk > 0.9).astype(int)
X = np.column_stack([income, debt, years, late, age]) / [30, 11, 15, 1, 45]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=48)
clf = SVC(kernel="rbf", C=2.0)
clf.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, clf.predict(X_test)))
