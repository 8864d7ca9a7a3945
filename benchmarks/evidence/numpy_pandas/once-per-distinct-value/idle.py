import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 300
df = pd.DataFrame(
    {
        "vendor": rng.choice(["Acme, Ltd. north", "Best, Inc. south", "City, Co. west"], n),
    }
)
for turn in range(1):
    df["firm"] = df["vendor"].apply(lambda v: v.split(",")[0].strip().lower())
print(df["firm"].value_counts().to_dict())
