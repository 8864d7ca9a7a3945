"""A smooth curve through eighty points."""

import numpy as np
from sklearn.metrics import mean_absolute_error
from sklearn.svm import SVR

rng = np.random.default_rng(3)
x = np.sort(rng.uniform(0, 6, size=80))[:, None]
y = np.sin(x).ravel() + rng.normal(0, 0.1, size=80)
curve = SVR(C=2.0, epsilon=0.05).fit(x, y)
print("MAE", mean_absolute_error(y, curve.predict(x)))
