import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
table = pd.DataFrame()
for day in range(800):
    part = pd.DataFrame({"day": [day] * 20, "fare": rng.gamma(2, 6, 20)})
    table = pd.concat([table, part], ignore_index=True)
print(len(table), round(table["fare"].mean(), 6))
