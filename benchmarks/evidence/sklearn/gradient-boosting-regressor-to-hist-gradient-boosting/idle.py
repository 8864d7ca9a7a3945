"""A small table, thirty small trees."""

from sklearn.datasets import load_diabetes
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=23)
model = GradientBoostingRegressor(n_estimators=30, max_depth=2, random_state=23).fit(X_train, y_train)
print("MAE", mean_absolute_error(y_test, model.predict(X_test)))
