"""Three hundred trees where a few dozen would do."""

from sklearn.datasets import make_friedman3
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman3(n_samples=6000, noise=0.1, random_state=22)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=22)
forest = RandomForestRegressor(n_estimators=300, min_samples_leaf=2, random_state=22)
forest.fit(X_train, y_train)
print("R2", r2_score(y_test, forest.predict(X_test)))
