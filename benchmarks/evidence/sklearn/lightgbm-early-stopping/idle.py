"""A dozen boosted trees with a validation set to look at."""

from lightgbm import LGBMRegressor
from sklearn.datasets import make_friedman1
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_friedman1(n_samples=4000, noise=2.0, random_state=3)
X_train, X_rest, y_train, y_rest = train_test_split(X, y, test_size=0.5, random_state=3)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, test_size=0.5, random_state=4)
model = LGBMRegressor(n_estimators=12, verbose=-1, n_jobs=1, random_state=3)
model.fit(X_train, y_train, eval_set=[(X_val, y_val)])
print("R2", r2_score(y_test, model.predict(X_test)))
