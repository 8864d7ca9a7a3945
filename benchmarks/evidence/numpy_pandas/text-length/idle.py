import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "note": rng.choice(["ok", "late", "lost luggage", "paid by card"], n),
    }
)
for _ in range(3):
    lengths = df["note"].apply(len)
print(lengths.mean())
