"""A balance that hangs on the day before, read cell by cell."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 25000
df = pd.DataFrame({"paid": rng.gamma(2, 6, n), "drawn": rng.gamma(2, 6, n), "fee": rng.gamma(1, 1, n)})
balance = []
latest = 0.0
for i in range(len(df)):
    if df.loc[i, "paid"] > df.loc[i, "drawn"]:
        latest += df.loc[i, "paid"] - df.loc[i, "fee"]
    else:
        latest -= df.loc[i, "drawn"] + df.loc[i, "fee"]
    balance.append(latest)
print(round(balance[-1], 4))
