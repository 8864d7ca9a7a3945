import pandas as pd

df = pd.DataFrame({"x": [1, 2, 3], "name": ["a", "b", "c"]}, index=[7, 8, 9])


def label(row):
    return f"{row['name']}-{row['x']}" if row["x"] > 1 else "first"


result = df.apply(label, axis=1)
