"""Forests that use every core inside a search that uses every core."""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

X, y = load_breast_cancer(return_X_y=True)
search = GridSearchCV(
    RandomForestClassifier(n_estimators=60, random_state=92, n_jobs=-1),
    {"max_depth": [3, 6, None], "min_samples_leaf": [1, 4]},
    cv=4,
    n_jobs=-1,
)
search.fit(X, y)
print("accuracy", search.best_score_)
