import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 50000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "dist": rng.gamma(2, 2, n).round(3),
    }
)
df["kind"] = df.apply(lambda row: "dear" if row["fare"] - row["dist"] * 3 > 0 else "cheap", axis=1)
print(df["kind"].value_counts().to_dict())
