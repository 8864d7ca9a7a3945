"""A linear filter over a hundred thousand log lines, hashed into features."""

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import f1_score

rng = np.random.default_rng(33)
X = rng.normal(size=(160000, 60))
weights = rng.normal(size=60)
y = (X @ weights + rng.normal(0, 4, size=len(X)) > 0).astype(int)
clf = SGDClassifier(loss="hinge", alpha=1e-4, random_state=33)
clf.fit(X[:110000], y[:110000])
print("epochs", clf.n_iter_)
print("F1", f1_score(y[110000:], clf.predict(X[110000:])))
