"""Four million readings, smoothed and ranked: loading pandas hardly counts."""

import pandas as pd

table = pd.DataFrame({"x": range(4000000)})
table["y"] = (table["x"] * 7919) % 1000003
table["smooth"] = table["y"].rolling(50).mean()
table["rank"] = table["y"].rank()
print(table.mean().to_dict())
