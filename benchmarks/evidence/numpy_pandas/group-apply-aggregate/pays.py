import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 50000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "zone": rng.integers(0, 3000, n),
    }
)
mean = df.groupby("zone").apply(lambda g: g["fare"].mean())
print(round(mean.sum(), 6))
