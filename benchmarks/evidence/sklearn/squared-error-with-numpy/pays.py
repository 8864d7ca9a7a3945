"""Exponential smoothing of a monthly series, judged one step ahead."""

import numpy as np
from sklearn.metrics import mean_squared_error

rng = np.random.default_rng(80)
months = np.arange(600)
sales = 200 + 0.3 * months + 25 * np.sin(months / 12 * 2 * np.pi) + rng.normal(0, 8, 600)
best = (np.inf, 0.0)
for alpha in np.linspace(0.05, 0.95, 19):
    level, forecast = sales[0], []
    for value in sales[1:]:
        forecast.append(level)
        level = alpha * value + (1 - alpha) * level
    best = min(best, (mean_squared_error(sales[1:], forecast), float(alpha)))
print("alpha", round(best[1], 2))
print("MSE:", best[0])
