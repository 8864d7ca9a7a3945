"""Eight by eight pixels, a few hundred of them."""

from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X[:600], y[:600], random_state=73)
model = KNeighborsClassifier(n_neighbors=5).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
