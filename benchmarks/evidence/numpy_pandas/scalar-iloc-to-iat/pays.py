import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 30000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "dist": rng.gamma(2, 2, n).round(3),
    }
)
total = 0.0
for i in range(1, len(df)):
    total += df["fare"].iloc[i] * df["dist"].iloc[i]
print(total)
