"""Exact splits on twelve thousand rows."""

import xgboost as xgb
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=20000, n_features=20, noise=1.0, random_state=66)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=66)
model = xgb.XGBRegressor(n_estimators=60, tree_method="exact", random_state=66)
model.fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
