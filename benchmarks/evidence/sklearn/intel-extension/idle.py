"""A straight line through a thousand points."""

from sklearn.datasets import make_regression
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = make_regression(n_samples=1000, n_features=10, noise=5.0, random_state=3)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3)
model = LinearRegression().fit(X_train, y_train)
print("r2", r2_score(y_test, model.predict(X_test)))
