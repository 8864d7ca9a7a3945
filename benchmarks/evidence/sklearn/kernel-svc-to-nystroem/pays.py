"""Circles inside circles, many points: a curved boundary by the full kernel."""

import numpy as np
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

rng = np.random.default_rng(46)
X = rng.normal(size=(30000, 5))
y = ((X**2).sum(axis=1) + rng.normal(0, 1.0, len(X)) > 4.4).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=46)
scaler = StandardScaler().fit(X_train)
clf = SVC(kernel="rbf", C=1.0)
clf.fit(scaler.transform(X_train), y_train)
print("accuracy", accuracy_score(y_test, clf.predict(scaler.transform(X_test))))
