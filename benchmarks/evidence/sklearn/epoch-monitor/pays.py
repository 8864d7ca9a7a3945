"""Forty epochs of stochastic descent, scored after each."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler

X, y = make_classification(n_samples=12000, n_features=30, n_informative=15, class_sep=1.5, random_state=0)
X = StandardScaler().fit_transform(X)
rng = np.random.default_rng(0)
model = SGDClassifier(random_state=0, alpha=0.001)
for epoch in range(40):
    order = rng.permutation(10000)
    for i in range(0, 10000, 200):
        batch = order[i : i + 200]
        model.partial_fit(X[batch], y[batch], classes=[0, 1])
    score = accuracy_score(y[10000:], model.predict(X[10000:]))
    print("epoch", epoch, "accuracy", score)
