import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "hour": rng.integers(0, 24, n),
    }
)
for turn in range(60):
    part = df["fare"][df["hour"].isin([1, 2, 3]) | df["hour"].isin([22, 23])]
print(part.mean())
