"""Which delay of one sensor explains another best? Each is tried on a copy of the table."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 40000
sensors = pd.DataFrame(rng.normal(size=(n, 120)).cumsum(axis=0), columns=[f"sensor {i}" for i in range(120)])
best = {}
for delay in range(1, 200):
    table = sensors.copy()
    table["delayed"] = table["sensor 3"].shift(delay)
    best[delay] = table["delayed"].corr(table["sensor 5"])
print(max(best, key=best.get), round(max(best.values()), 6))
