"""A thousand points: the full kernel is cheaper than its approximation."""

from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = make_moons(n_samples=1500, noise=0.2, random_state=47)
X = StandardScaler().fit_transform(X)
clf = SVC(kernel="rbf", C=1.0)
clf.fit(X[:1000], y[:1000])
print("accuracy", accuracy_score(y[1000:], clf.predict(X[1000:])))
