import os
import tempfile

import numpy as np
import pandas as pd

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
rows = [",".join(f"{value:.5f}" for value in row) for row in rng.normal(size=(500, 24))]
with open("wide.csv", "w") as file:
    file.write(",".join(f"c{i}" for i in range(24)) + "\n")
    file.write(("\n".join(rows) + "\n") * 1)

df = pd.read_csv("wide.csv")
print(round(df.to_numpy().mean(), 9))
