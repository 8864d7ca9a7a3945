"""A decision tree: it never had more than one thread."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=14000, n_features=30, n_informative=20, random_state=91)
model = DecisionTreeClassifier(random_state=91).fit(X[:10000], y[:10000])
print("accuracy", accuracy_score(y[10000:], model.predict(X[10000:])))
