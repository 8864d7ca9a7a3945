"""Logistic regression on columns of very different scale."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=20000, n_features=30, n_informative=15, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
scale = 10.0 ** (np.arange(30) % 4)
X_train, X_test = X_train * scale, X_test * scale
model = LogisticRegression(max_iter=2000)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
