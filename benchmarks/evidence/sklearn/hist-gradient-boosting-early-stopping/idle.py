"""Ten trees: there is nothing to leave out."""

from sklearn.datasets import make_hastie_10_2
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score

X, y = make_hastie_10_2(n_samples=6000, random_state=12)
model = HistGradientBoostingClassifier(max_iter=10, learning_rate=0.3, random_state=12).fit(X[:3000], y[:3000])
print("accuracy", accuracy_score(y[3000:], model.predict(X[3000:])))
