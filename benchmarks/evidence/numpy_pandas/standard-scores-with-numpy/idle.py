import numpy as np
from scipy import stats

rng = np.random.default_rng(0)
height = rng.normal(loc=170, scale=9, size=5000)
print("outliers:", int((np.abs(stats.zscore(height)) > 3).sum()))
print("normal:", bool(stats.normaltest(height).pvalue > 0.05))
