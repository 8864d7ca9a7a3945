import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 100
seconds = rng.integers(0, 86400 * 365, n)
start = pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s")
df = pd.DataFrame({"start": start})
df["day"] = df["start"].apply(lambda t: t.weekday())
print(df["day"].mean())
