"""Ten trees for four hundred patients."""

from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=8)
model = RandomForestRegressor(n_estimators=10, max_depth=5, random_state=8).fit(X_train, y_train)
print("MAE", mean_absolute_error(y_test, model.predict(X_test)))
