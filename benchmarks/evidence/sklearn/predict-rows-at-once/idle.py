"""Read three digits, one at a time."""

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score

X, y = load_digits(return_X_y=True)
model = RandomForestClassifier(n_estimators=200, random_state=0).fit(X[:1000], y[:1000])
X_test, y_test = X[1000:1003], y[1000:1003]
labels = [model.predict([row])[0] for row in X_test]
print("accuracy", accuracy_score(y_test, labels))
