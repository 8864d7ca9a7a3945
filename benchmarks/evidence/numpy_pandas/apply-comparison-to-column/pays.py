import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 1500000
df = pd.DataFrame(
    {
        "dist": rng.gamma(2, 2, n).round(3),
    }
)
df["far"] = df["dist"].apply(lambda dist: 1 if dist > 5 else 0)
print(df["far"].mean())
