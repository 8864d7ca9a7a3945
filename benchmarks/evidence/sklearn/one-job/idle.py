"""A forest with long work for each thread: one job costs as much energy and takes longer."""

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score

X, y = make_classification(n_samples=20000, n_features=20, n_informative=10, random_state=94)
forest = RandomForestClassifier(n_estimators=16, random_state=94, n_jobs=-1)
forest.fit(X[:14000], y[:14000])
print("accuracy", accuracy_score(y[14000:], forest.predict(X[14000:])))
