import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
    }
)
df["log_fare"] = df["fare"].apply(lambda fare: np.log(fare + 1) * 2)
print(round(df["log_fare"].mean(), 6))
