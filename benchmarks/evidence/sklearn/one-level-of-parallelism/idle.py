"""Neighbours inside a search: the work of a fit is a moment either way."""

from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

X, y = load_iris(return_X_y=True)
scores = cross_val_score(KNeighborsClassifier(n_neighbors=3, n_jobs=2), X, y, cv=3, n_jobs=2)
print("accuracy", scores.mean())
