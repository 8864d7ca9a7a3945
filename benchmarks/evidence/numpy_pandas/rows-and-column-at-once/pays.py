"""The mean of one column at every minute of a day's last hours, of a wide table."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 100000
sensors = pd.DataFrame(rng.random((n, 40)), columns=[f"sensor {i}" for i in range(40)])
sensors["minute"] = rng.integers(0, 1440, n)
means = []
for minute in range(0, 1440, 10):
    means.append(sensors[sensors["minute"] >= minute]["sensor 3"].mean())
print(len(means), round(sum(means), 9))
