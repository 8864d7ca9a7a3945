"""Boosted trees that watch a validation set, and go on regardless."""

import xgboost as xgb
from sklearn.datasets import make_friedman1
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=20000, n_features=10, noise=2.0, random_state=30)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, test_size=0.5, random_state=30)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, test_size=0.5, random_state=31)
model = xgb.XGBRegressor(n_estimators=500, learning_rate=0.2, max_depth=5, random_state=30)
model.fit(X_train, y_train, eval_set=[(X_val, y_val)], verbose=False)
print("MSE", mean_squared_error(y_test, model.predict(X_test)))
