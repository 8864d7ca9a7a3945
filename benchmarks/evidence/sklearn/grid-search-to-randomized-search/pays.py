"""The depth and leaf size of a tree, over a grid of thirty settings."""

from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=16000, n_features=12, n_informative=8, class_sep=1.5, flip_y=0.01, random_state=52)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.7, random_state=52)
grid = {"max_depth": [8, 10, 12, 14, 18], "min_samples_leaf": [2, 5, 8, 12, 20, 30]}
search = GridSearchCV(DecisionTreeClassifier(random_state=52), grid, cv=3)
search.fit(X_train, y_train)
print("accuracy", search.score(X_test, y_test))
