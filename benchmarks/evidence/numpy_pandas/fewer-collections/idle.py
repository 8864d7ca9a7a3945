import pandas as pd

table = pd.DataFrame({"x": range(6000000)})
table["y"] = table["x"] * 0.5
print(table.mean().to_dict())
