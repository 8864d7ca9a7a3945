import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "hour": rng.integers(0, 24, n),
        "zone": rng.integers(0, 3, n),
    }
)
df.loc[df["hour"] == 3, "fare"] = np.nan
df["fare"] = df.groupby("zone")["fare"].transform(lambda x: x.fillna(x.median()))
print(round(df["fare"].sum(), 4))
