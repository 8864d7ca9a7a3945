import pandas as pd

df = pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"], "t": pd.to_datetime(["2024-01-01", "2024-01-02", None])})
result = []
for i in range(len(df)):
    result.append((df.loc[i, "a"], str(df.loc[i, "b"]), str(df.loc[i, "t"]), type(df.loc[i, "a"])))
