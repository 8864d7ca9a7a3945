from datetime import datetime

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 60000
seconds = rng.integers(0, 86400 * 365, n)
start = pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s")
df = pd.DataFrame({"start": start.strftime("%d.%m.%Y %H:%M")})
df["start"] = df["start"].apply(lambda t: datetime.strptime(t, "%d.%m.%Y %H:%M"))
print(df["start"].min(), df["start"].max())
