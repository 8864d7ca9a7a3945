import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 6000
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
    }
)
known = df["fare"].unique().tolist()
asked = rng.gamma(2, 6, n).round(2)
print(sum(1 for fare in asked if fare in known))
