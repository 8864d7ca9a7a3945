"""A thousand boosted trees on eight hundred rows."""

from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=800, n_features=5, noise=2.0, random_state=1)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = HistGradientBoostingRegressor(max_iter=1000, learning_rate=0.01, random_state=0)
model.fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
