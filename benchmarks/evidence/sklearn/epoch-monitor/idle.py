"""Six epochs, each of which still helps."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler

X, y = make_classification(n_samples=3000, n_features=30, n_informative=15, class_sep=1.0, random_state=0)
X = StandardScaler().fit_transform(X)
rng = np.random.default_rng(0)
model = SGDClassifier(random_state=0, learning_rate="constant", eta0=0.0005)
for epoch in range(6):
    order = rng.permutation(2000)
    for i in range(0, 2000, 500):
        batch = order[i : i + 500]
        model.partial_fit(X[batch], y[batch], classes=[0, 1])
    score = accuracy_score(y[2000:], model.predict(X[2000:]))
    print("epoch", epoch, "accuracy", score)
