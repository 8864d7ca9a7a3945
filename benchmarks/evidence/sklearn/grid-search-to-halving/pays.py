"""Kernel width and penalty of a support vector machine, over a grid of thirty-six."""

from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.svm import SVC

X, y = make_classification(n_samples=9000, n_features=10, n_informative=6, class_sep=2.0, flip_y=0.0, random_state=53)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.8, random_state=53)
grid = {"C": [0.1, 0.3, 1, 3, 10, 30], "gamma": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0]}
search = GridSearchCV(SVC(), grid, cv=3)
search.fit(X_train, y_train)
print("accuracy", search.score(X_test, y_test))
