import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 200000
df = pd.DataFrame(rng.random((n, 60), dtype=np.float32), columns=[f"c{i}" for i in range(60)])
df["hour"] = rng.integers(0, 24, n)
counts = []
for hour in range(24):
    counts.append(len(df[df["hour"] >= hour]))
print(counts)
