"""Scaling is a small part of comparing every pair of rows."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(77)
table = rng.gamma(2.0, 3.0, size=(2000, 40))
scaled = StandardScaler().fit_transform(table)
nearest = np.empty(len(scaled))
for i in range(len(scaled)):
    distance = np.abs(scaled - scaled[i]).sum(axis=1)
    distance[i] = np.inf
    nearest[i] = np.sort(distance)[0]
print(pd.Series(nearest).describe().round(4).to_dict(), round(float(stats.skew(nearest)), 4))
print("mean distance to the nearest", float(nearest.mean()))
