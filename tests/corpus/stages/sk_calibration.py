from sklearn.calibration import CalibratedClassifierCV  # I
from sklearn.datasets import make_blobs  # I
from sklearn.metrics import brier_score_loss  # I
from sklearn.model_selection import train_test_split  # I
from sklearn.svm import LinearSVC  # I

X, y = make_blobs(10_000, centers=2, cluster_std=4)  # D
X_train, X_test, y_train, y_test = train_test_split(X, y)  # F
base = LinearSVC()  # M
clf = CalibratedClassifierCV(base, cv=3)  # M
clf.fit(X_train, y_train)  # T
prob = clf.predict_proba(X_test)[:, 1]  # P
loss = brier_score_loss(y_test, prob)  # Q
print(loss)  # Q
