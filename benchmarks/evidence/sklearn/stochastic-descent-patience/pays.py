"""Ten kinds of log line from thirty hashed features, one linear filter for each."""

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score

rng = np.random.default_rng(33)
X = rng.normal(size=(150000, 30))
weights = rng.normal(size=(30, 10))
y = (X @ weights + rng.normal(0, 2, size=(len(X), 10))).argmax(axis=1)
clf = SGDClassifier(alpha=1e-2, random_state=33)
clf.fit(X[:120000], y[:120000])
print("epochs", clf.n_iter_)
print("accuracy", accuracy_score(y[120000:], clf.predict(X[120000:])))
