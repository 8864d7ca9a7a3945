"""The longest run of rising readings, row after row, by number."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 200
df = pd.DataFrame({"reading": rng.normal(size=n), "valid": rng.random(n) > 0.1})
longest = run = 0
for i in range(1, len(df)):
    rises = df.loc[i, "valid"] and df["reading"][i] > df["reading"][i - 1]
    run = run + 1 if rises else 0
    longest = max(longest, run)
print(longest)
