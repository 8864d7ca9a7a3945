"""Newton's method on two hundred rows."""

from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

X, y = make_classification(n_samples=400, n_features=8, random_state=55)
model = LogisticRegression(solver="newton-cg").fit(X[:200], y[:200])
print("accuracy", accuracy_score(y[200:], model.predict(X[200:])))
