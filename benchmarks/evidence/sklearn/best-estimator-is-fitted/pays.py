"""Choose a forest's depth on a part of the grid, then fit the best one once more."""

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV, train_test_split

X, y = make_classification(n_samples=3000, n_features=20, n_informative=10, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
search = GridSearchCV(RandomForestClassifier(n_estimators=150, random_state=0), {"max_depth": [12]}, cv=2)
search.fit(X_train, y_train)
print(search.best_params_)
best = search.best_estimator_
best.fit(X_train, y_train)
print("accuracy", best.score(X_test, y_test))
