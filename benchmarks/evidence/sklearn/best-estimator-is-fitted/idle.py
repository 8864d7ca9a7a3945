"""Choose a tree's depth, then fit the best one once more."""

from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=500, n_features=20, n_informative=10, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
search = GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [2, 4, 8, 16]}, cv=5)
search.fit(X_train, y_train)
print(search.best_params_)
best = search.best_estimator_
best.fit(X_train, y_train)
print("accuracy", best.score(X_test, y_test))
