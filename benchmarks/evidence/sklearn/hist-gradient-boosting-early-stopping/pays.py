"""House prices with much noise: most of the trees fit the noise."""

from sklearn.datasets import make_friedman2
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman2(n_samples=18000, noise=150.0, random_state=10)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.65, random_state=10)
model = HistGradientBoostingRegressor(max_iter=500, random_state=10)
model.fit(X_train, y_train)
print("trees", model.n_iter_)
print("R2", r2_score(y_test, model.predict(X_test)))
