"""Three hundred points on two moons."""

from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC

X, y = make_moons(n_samples=600, noise=0.15, random_state=49)
clf = SVC(kernel="rbf")
clf.fit(X[:300], y[:300])
print("accuracy", accuracy_score(y[300:], clf.predict(X[300:])))
