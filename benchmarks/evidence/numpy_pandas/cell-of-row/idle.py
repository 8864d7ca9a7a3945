import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "hour": rng.integers(0, 24, n),
    }
)
total = 0.0
for i in range(len(df)):
    if df.iloc[i]["hour"] > 17:
        total += df.iloc[i]["fare"]
print(total)
