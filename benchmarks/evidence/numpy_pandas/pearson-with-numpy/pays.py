import numpy as np
from scipy import stats

rng = np.random.default_rng(0)
height = rng.normal(170, 9, 500)
weight = height * 0.9 + rng.normal(0, 8, 500)
print("r =", round(float(stats.pearsonr(height, weight)[0]), 6))
