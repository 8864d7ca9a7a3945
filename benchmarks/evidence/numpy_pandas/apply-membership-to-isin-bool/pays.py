"""Rides by night, by weekend and at the airport, each picked out of two million by a lambda."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 1500000
rides = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n),
        "hour": rng.integers(0, 24, n),
        "day": rng.integers(0, 7, n),
        "zone": rng.integers(0, 260, n),
    }
)
night = rides[rides["hour"].apply(lambda hour: hour in [0, 1, 2, 3, 4])]
weekend = rides[rides["day"].apply(lambda day: day in [5, 6])]
airport = rides[rides["zone"].apply(lambda zone: zone in (1, 132, 138))]
for name, part in (("night", night), ("weekend", weekend), ("airport", airport)):
    print(name, len(part), round(part["fare"].mean(), 4))
