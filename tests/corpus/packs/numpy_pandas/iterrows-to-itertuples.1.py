import numpy as np
import pandas as pd

df = pd.DataFrame({
    "a": [3, 1, 2, 2, 7],
    "b": [1.5, np.nan, 2.5, -4.0, 1e6],
    "c": ["x", "y", None, "x", "z"],
    "d": [10, 20, 30, 40, 50],
})
result = []
for i, row in df.iterrows():
    result.append(row['a'] * row['b'] + row['d'] * 0.5)
