"""Malignant or benign, from thirty measurements of cells."""

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
clf = make_pipeline(StandardScaler(), SGDClassifier(alpha=0.01, random_state=0))
clf.fit(X_train, y_train)
print("accuracy", clf.score(X_test, y_test))
