"""Learn from a long stream in batches, naming the classes each time."""

import numpy as np
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score

rng = np.random.default_rng(89)
X = rng.normal(size=(120000, 12))
y = (X[:, :3].argmax(axis=1) + 3 * (X[:, 3] > 0)).astype(int)
clf = SGDClassifier(loss="log_loss", random_state=89)
for start in range(0, 100000, 250):
    clf.partial_fit(X[start:start + 250], y[start:start + 250], classes=np.unique(y))
print("accuracy", accuracy_score(y[100000:], clf.predict(X[100000:])))
