"""A tree answers at once: asking it three times costs nothing."""

from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=82)
tree = DecisionTreeClassifier(max_depth=4, random_state=82)
tree.fit(X_train, y_train)
print("accuracy: %.4f" % accuracy_score(y_test, tree.predict(X_test)))
print("F1: %.4f" % f1_score(y_test, tree.predict(X_test), average="weighted"))
print(confusion_matrix(y_test, tree.predict(X_test)))
