import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 1500000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "hour": rng.integers(0, 24, n),
    }
)
night = df[df["hour"].apply(lambda hour: hour in [0, 1, 2, 3, 4])]
print(len(night), night["fare"].mean())
