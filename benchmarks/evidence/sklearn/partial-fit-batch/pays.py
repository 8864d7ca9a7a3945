"""Train a spam-like classifier on a stream, a few rows at a time."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score

X, y = make_classification(n_samples=30000, n_features=40, n_informative=20, class_sep=1.5, random_state=5)
X_train, X_test = X[:14000], X[14000:]
y_train, y_test = y[:14000], y[14000:]

model = SGDClassifier(loss="log_loss", alpha=0.01, random_state=5)
batch_size = 32
for epoch in range(10):
    for start in range(0, len(X_train), batch_size):
        model.partial_fit(X_train[start:start + batch_size], y_train[start:start + batch_size], classes=[0, 1])
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
