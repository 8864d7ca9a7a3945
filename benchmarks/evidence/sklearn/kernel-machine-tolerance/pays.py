"""Which of two noisy processes made a reading? The classes overlap, so the solver has long to go."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

X, y = make_classification(n_samples=16000, n_features=12, n_informative=6, flip_y=0.15, class_sep=0.9, random_state=15)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.7, random_state=15)
clf = SVC(C=50.0)
clf.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, clf.predict(X_test)))
