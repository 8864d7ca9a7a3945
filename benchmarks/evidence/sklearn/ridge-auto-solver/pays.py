"""Ridge regression by a singular value decomposition of three hundred columns."""

from sklearn.datasets import make_regression
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_regression(n_samples=30000, n_features=400, noise=10, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
model = Ridge(alpha=1.0, solver="svd")
model.fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
