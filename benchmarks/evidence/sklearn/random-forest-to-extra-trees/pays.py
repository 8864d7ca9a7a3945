"""Recognise forest cover from synthetic survey features."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(
    n_samples=9000, n_features=24, n_informative=16, n_redundant=4, n_classes=4, flip_y=0.02, random_state=11
)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=11)

forest = RandomForestClassifier(n_estimators=80, random_state=11)
forest.fit(X_train, y_train)
predicted = forest.predict(X_test)
print("accuracy", accuracy_score(y_test, predicted))
print("most important feature", int(np.argmax(forest.feature_importances_)))
