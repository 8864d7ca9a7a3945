"""Standard scores of a class, and who stands out."""

import numpy as np
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(76)
marks = np.column_stack([rng.normal(62, 11, 900), rng.normal(55, 16, 900), rng.normal(71, 8, 900)])
scaler = StandardScaler()
scores = scaler.fit_transform(marks)
outliers = np.flatnonzero(np.abs(scores).max(axis=1) > 2.5)
print("outliers", len(outliers))
print("largest", float(np.abs(scores).max()))
