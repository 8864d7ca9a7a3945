import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 60000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "zone": rng.integers(0, 10000, n),
    }
)
middle = df.groupby("zone")["fare"].agg(lambda fares: fares.median())
print(round(middle.sum(), 6))
