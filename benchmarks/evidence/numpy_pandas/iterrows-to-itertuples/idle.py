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
cost = []
for i, row in df.iterrows():
    cost.append(row["dist"] * 0.5 + row["fare"] * 0.1)
print(round(sum(cost), 4))
