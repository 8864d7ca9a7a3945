"""Five batches of a small table."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.naive_bayes import MultinomialNB

X, y = load_digits(return_X_y=True)
model = MultinomialNB()
for part in range(5):
    model.partial_fit(X[part * 300:(part + 1) * 300], y[part * 300:(part + 1) * 300], classes=np.unique(y))
print("accuracy", accuracy_score(y[1500:], model.predict(X[1500:])))
