import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 100
df = pd.DataFrame(rng.random((n, 60), dtype=np.float32), columns=[f"c{i}" for i in range(60)])
df["hour"] = rng.integers(0, 24, n)
for hour in range(24):
    print(hour, round(df[df["hour"] >= hour]["c3"].mean(), 9))
