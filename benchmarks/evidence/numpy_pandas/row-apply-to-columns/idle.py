import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "dist": rng.gamma(2, 2, n).round(3),
    }
)
df["total"] = df.apply(lambda row: row["fare"] * 1.19 + row["dist"] * 0.3, axis=1)
print(round(df["total"].sum(), 4))
