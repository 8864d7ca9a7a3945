"""House prices from neighbours: three errors, each of predictions of its own."""

import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsRegressor

X, y = make_friedman1(n_samples=14000, n_features=24, noise=1.0, random_state=83)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=83)
knn = KNeighborsRegressor(n_neighbors=9, weights="distance")
knn.fit(X_train, y_train)

mae = mean_absolute_error(y_test, knn.predict(X_test))
rmse = np.sqrt(mean_squared_error(y_test, knn.predict(X_test)))
r2 = r2_score(y_test, knn.predict(X_test))
print(f"MAE {mae:.3f}  RMSE {rmse:.3f}  R2 {r2:.4f}")
