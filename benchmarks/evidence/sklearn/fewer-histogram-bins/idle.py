"""Digits: pixels have sixteen levels, fewer than any number of bins."""

from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = load_digits(return_X_y=True)
keep = y < 4
X_train, X_test, y_train, y_test = train_test_split(X[keep], y[keep], test_size=0.5, random_state=65)
model = HistGradientBoostingClassifier(max_iter=15, random_state=65).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
