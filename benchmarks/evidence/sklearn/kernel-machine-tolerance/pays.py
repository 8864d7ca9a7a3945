"""Which of two processes made a reading? They overlap, and a stern penalty makes the solver go on and on."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.svm import SVC

X, y = make_classification(n_samples=16000, n_features=8, n_informative=5, flip_y=0.1, class_sep=0.7, random_state=15)
clf = SVC(C=1000.0)
clf.fit(X[:3500], y[:3500])
print("accuracy", accuracy_score(y[3500:], clf.predict(X[3500:])))
