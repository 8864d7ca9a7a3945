import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 60
df = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n).round(2),
    }
)
above = 0
for fare in df["fare"]:
    if fare > df["fare"].mean() + df["fare"].std():
        above += 1
print(above)
