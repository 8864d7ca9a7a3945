import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "dist": rng.gamma(2, 2, n).round(3),
    }
)
df["kind"] = df["dist"].apply(lambda dist: "far" if dist > 5 else "near")
print(df["kind"].value_counts().to_dict())
