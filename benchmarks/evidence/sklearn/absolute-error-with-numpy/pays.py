"""Yesterday's price as today's forecast."""

import numpy as np
from sklearn.metrics import mean_absolute_error

rng = np.random.default_rng(82)
price = 100 * np.exp(np.cumsum(rng.normal(0.0002, 0.01, 5000)))
print("MAE of the last value:", mean_absolute_error(price[1:], price[:-1]))
window = np.convolve(price, np.ones(20) / 20, mode="valid")
print("MAE of the mean of 20:", mean_absolute_error(price[20:], window[:-1]))
