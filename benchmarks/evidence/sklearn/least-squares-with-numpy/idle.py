"""One fit, then thousands of resampled errors; what scikit-learn loads is mostly loaded already."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.linear_model import LinearRegression

rng = np.random.default_rng(79)
X = rng.normal(size=(20000, 30))
y = X @ rng.normal(size=30) + rng.normal(size=20000)
model = LinearRegression()
model.fit(X, y)
errors = np.abs(y - model.predict(X))
means = [float(np.median(errors[rng.integers(0, len(X), len(X))])) for draw in range(3000)]
print(pd.Series(means).describe().round(6).to_dict(), round(float(stats.skew(errors)), 6))
print("slope", round(float(model.coef_[0]), 6))
