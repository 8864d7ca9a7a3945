import math

import numpy as np
import pandas as pd


def cost(row):
    if row["hour"] in (7, 8, 17, 18):
        rate = 1.5
    else:
        rate = 1.0
    return rate * math.sqrt(row["dist"]) + row["fare"] * 0.1


rng = np.random.default_rng(0)
n = 50000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "dist": rng.gamma(2, 2, n).round(3),
        "hour": rng.integers(0, 24, n),
    }
)
df["cost"] = df.apply(cost, axis=1)
print(round(df["cost"].sum(), 4))
