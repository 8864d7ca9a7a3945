import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
        "zone": rng.integers(0, 2, n),
    }
)
total = 0.0
for zone in df["zone"].unique():
    part = df[df["zone"] == zone]
    total += part["fare"].max() - part["fare"].min()
print(round(total, 4))
