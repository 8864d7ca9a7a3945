"""Fares of the late rides, from whole rows of a table with a dozen columns of all kinds."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 25000
rides = pd.DataFrame({f"sensor {i}": rng.normal(size=n) for i in range(8)})
rides["fare"] = rng.gamma(2, 6, n)
rides["hour"] = rng.integers(0, 24, n)
rides["vendor"] = rng.choice(["A", "B"], n)
rides["start"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 10**6, n), unit="s")
total = 0.0
for i in range(len(rides)):
    if rides.iloc[i]["hour"] > 12 and rides.iloc[i]["vendor"] == "A":
        total += rides.iloc[i]["fare"]
print(round(total, 4))
