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
total = 0.0
for i in range(len(df)):
    total += df.loc[i, "fare"] * df.loc[i, "dist"]
print(total)
