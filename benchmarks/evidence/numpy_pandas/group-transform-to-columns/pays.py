import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 30000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "zone": rng.integers(0, 3000, n),
    }
)
df["z"] = df.groupby("zone")["fare"].transform(lambda x: (x - x.mean()) / x.std())
print(round(df["z"].abs().sum(), 6))
