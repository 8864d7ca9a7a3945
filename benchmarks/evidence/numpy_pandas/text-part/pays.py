import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 500000
df = pd.DataFrame(
    {
        "vendor": rng.choice(["Acme, Ltd. north", "Best, Inc. south", "City, Co. west"], n),
    }
)
for _ in range(3):
    short = df["vendor"].apply(lambda v: v[:4])
print(short.value_counts().to_dict())
