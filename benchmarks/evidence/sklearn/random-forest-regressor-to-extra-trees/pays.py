"""Predict the yield of a plant from fifteen process values."""

from sklearn.datasets import make_friedman1
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=12000, n_features=15, noise=1.0, random_state=20)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.66, random_state=20)
forest = RandomForestRegressor(n_estimators=50, random_state=20)
forest.fit(X_train, y_train)
print("R2", r2_score(y_test, forest.predict(X_test)))
