def initials(text):
    parts = text.replace(",", " ").split()
    return "".join(part[0] for part in parts).upper()


import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 150000
df = pd.DataFrame(
    {
        "vendor": rng.choice(["Acme, Ltd. north", "Best, Inc. south", "City, Co. west"], n),
    }
)
for turn in range(3):
    df["short"] = df["vendor"].apply(initials)
print(df["short"].value_counts().to_dict())
