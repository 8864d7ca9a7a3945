"""A hundred and twenty trees of a few leaves each, on a small table."""

from sklearn.datasets import load_iris
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=4)
trees = ExtraTreesClassifier(n_estimators=120, max_depth=3, random_state=4).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, trees.predict(X_test)))
