"""Cross-validate with two jobs, which every machine has CPUs for."""

from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

X, y = make_classification(n_samples=2000, n_features=20, random_state=0)
scores = cross_val_score(LogisticRegression(max_iter=500), X, y, cv=16, n_jobs=2)
print("accuracy", scores.mean())
