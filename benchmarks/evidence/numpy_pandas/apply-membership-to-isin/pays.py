import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 1500000
df = pd.DataFrame(
    {
        "hour": rng.integers(0, 24, n),
    }
)
df["rush"] = df["hour"].apply(lambda hour: 1 if hour in (7, 8, 17, 18) else 0)
print(df["rush"].mean())
