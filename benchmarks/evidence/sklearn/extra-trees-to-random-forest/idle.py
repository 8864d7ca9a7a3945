"""Readings of all sizes and one list of kinds: extremely randomised trees are the cheaper ones."""

import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=5000, n_features=20, n_informative=12, n_classes=3, random_state=16)
table = pd.DataFrame(X).assign(kind=["abc"[i % 3] for i in range(5000)])
X_train, X_test, y_train, y_test = train_test_split(pd.get_dummies(table), y, test_size=0.4, random_state=16)
X_train.columns = X_test.columns = [str(name) for name in X_train.columns]
trees = ExtraTreesClassifier(n_estimators=80, random_state=16).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, trees.predict(X_test)))
