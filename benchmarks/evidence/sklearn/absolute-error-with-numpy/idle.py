"""A Monte Carlo estimate of many options, compared with a reference in the end."""

import numpy as np
from sklearn.metrics import mean_absolute_error

rng = np.random.default_rng(83)
strikes = np.linspace(80, 120, 40)
estimates = []
for seed in range(16):
    paths = 100 * np.exp(rng.normal(-0.02, 0.2, size=(900000,)))
    estimates.append([float(np.maximum(paths - strike, 0).mean()) for strike in strikes])
print("MAE:", mean_absolute_error(estimates[0], estimates[1]))
