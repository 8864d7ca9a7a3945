import math
import pandas as pd

df = pd.DataFrame({"x": [1, 2, 3], "y": [0.5, -1, 2], "name": ["a", "b", "c"]})


def length(row):
    if row["y"] < 0:
        return 0.0
    squared = row["x"] ** 2 + row["y"] ** 2
    return math.sqrt(squared) / 2


result = df.apply(length, axis=1)
