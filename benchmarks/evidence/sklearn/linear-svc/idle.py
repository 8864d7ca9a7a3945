"""Two sorts of iris: a hundred flowers."""

from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

X, y = load_iris(return_X_y=True)
X, y = X[y > 0], y[y > 0]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=1)
clf = SVC(kernel="linear").fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, clf.predict(X_test)))
