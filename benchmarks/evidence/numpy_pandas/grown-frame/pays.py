"""Two thousand days of readings, joined to the table day by day."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
table = pd.DataFrame()
for day in range(2000):
    part = pd.DataFrame({"day": [day] * 100, "reading": rng.gamma(2, 6, 100), "level": rng.normal(size=100)})
    table = pd.concat([table, part], ignore_index=True)
print(len(table), table.mean().round(6).to_dict())
