"""Many small trees on a small table."""

import xgboost as xgb
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=95)
model = xgb.XGBRegressor(n_estimators=1500, learning_rate=0.01, max_depth=4, random_state=95)
model.fit(X_train, y_train)
print("MAE", mean_absolute_error(y_test, model.predict(X_test)))
