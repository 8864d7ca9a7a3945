"""Exact splits where there is little to sort."""

from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from xgboost import XGBRegressor

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=67)
model = XGBRegressor(n_estimators=20, max_depth=2, tree_method="exact", random_state=67).fit(X_train, y_train)
print("MAE", mean_absolute_error(y_test, model.predict(X_test)))
