"""Fraud among card payments: amounts, times and shops of thirty thousand."""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(29)
n = 24000
amount, hour, shop = rng.lognormal(3, 1.2, n), rng.integers(0, 24, n), rng.integers(0, 40, n)
distance, age = rng.exponential(8, n), rng.integers(18, 90, n)
score = 0.02 * amount * (hour < 6) + 0.06 * distance + 1.5 * (shop % 7 == 3) - 0.01 * age + rng.logistic(0, 1, n)
y = (score > 2.0).astype(int)
X = np.column_stack([amount, hour, shop, distance, age, rng.normal(size=(n, 4))])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=29)
forest = RandomForestClassifier(n_estimators=150, random_state=29)
forest.fit(X_train, y_train)
print("ROC AUC", roc_auc_score(y_test, forest.predict_proba(X_test)[:, 1]))
