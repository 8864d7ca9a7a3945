"""Choose the shape of a tree on ten folds."""

from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(n_samples=12000, n_features=20, n_informative=10, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.75, random_state=0)
grid = {"max_depth": [4, 6, 8, 12], "min_samples_leaf": [1, 5, 20]}
search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=10)
search.fit(X_train, y_train)
print(search.best_params_)
print("accuracy", search.score(X_test, y_test))
