"""Ten trees on three hundred rows."""

from sklearn.datasets import make_friedman1
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=300, n_features=10, noise=1.0, random_state=1)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = RandomForestRegressor(n_estimators=10, random_state=0)
model.fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
