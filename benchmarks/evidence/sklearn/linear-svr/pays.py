"""A robust straight line through many noisy measurements."""

import numpy as np
from sklearn.metrics import r2_score
from sklearn.svm import SVR

rng = np.random.default_rng(44)
X = rng.normal(size=(13000, 12))
y = X @ rng.normal(size=12) + rng.standard_t(3, size=13000)
model = SVR(kernel="linear", C=1.0)
model.fit(X[:7500], y[:7500])
print("R2", r2_score(y[7500:], model.predict(X[7500:])))
