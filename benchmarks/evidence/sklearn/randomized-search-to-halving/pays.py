"""Thirty random shapes of a tree on ten thousand rows."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import RandomizedSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=20000, n_features=20, n_informative=10, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
grid = {"max_depth": np.arange(3, 20), "min_samples_leaf": np.arange(1, 40)}
search = RandomizedSearchCV(DecisionTreeClassifier(random_state=0), grid, n_iter=30, cv=3, random_state=0)
search.fit(X_train, y_train)
print(search.best_params_)
print("accuracy", search.score(X_test, y_test))
