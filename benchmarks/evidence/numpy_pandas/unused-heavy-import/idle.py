import numpy as np
import pandas as pd

table = pd.DataFrame({"x": range(1000)})
table["y"] = table["x"] * 0.5
print(table.mean().to_dict())
