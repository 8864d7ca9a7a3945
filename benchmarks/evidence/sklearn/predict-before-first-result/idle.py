"""Three errors of a straight line: predicting is one product."""

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=84)
ridge = Ridge(alpha=0.5)
ridge.fit(X_train, y_train)
mae = mean_absolute_error(y_test, ridge.predict(X_test))
mse = mean_squared_error(y_test, ridge.predict(X_test))
r2 = r2_score(y_test, ridge.predict(X_test))
print(f"MAE {mae:.3f}  MSE {mse:.3f}  R2 {r2:.4f}")
