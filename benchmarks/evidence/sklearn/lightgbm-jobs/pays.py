"""Leaf by leaf on two thousand rows."""

import lightgbm as lgb
from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=2500, n_features=15, n_informative=8, n_classes=4, random_state=97)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=97)
model = lgb.LGBMClassifier(n_estimators=200, random_state=97, verbose=-1)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
