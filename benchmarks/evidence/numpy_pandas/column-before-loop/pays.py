"""Which trips started less than a kilometre from where the one before ended? Row after row, by position."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 50000
df = pd.DataFrame(
    {
        "start": rng.gamma(2, 6, n),
        "end": rng.gamma(2, 6, n),
        "vendor": rng.choice(["A", "B"], n),
    }
)
near = 0
for i in range(1, len(df)):
    if df["vendor"].iloc[i] == "A" and abs(df["start"].iloc[i] - df["end"].iloc[i - 1]) < 1:
        near += 1
print(near)
