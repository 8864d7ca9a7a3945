import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 20
seconds = rng.integers(0, 86400 * 365, n)
start = pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s")
df = pd.DataFrame({"start": start.strftime("%Y-%m-%d %H:%M:%S")})
df["start"] = df["start"].apply(pd.to_datetime)
print(df["start"].min(), df["start"].max())
