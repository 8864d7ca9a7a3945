"""Three of sixty columns of a measurement file."""

import os
import tempfile

import numpy as np
import pandas as pd

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
rows = [",".join(f"{value:.5f}" for value in row) for row in rng.normal(size=(400, 60))]
with open("wide.csv", "w") as file:
    file.write(",".join(f"c{i}" for i in range(60)) + "\n")
    file.write(("\n".join(rows) + "\n") * 700)

df = pd.read_csv("wide.csv")
print(df["c1"].mean(), df["c2"].std(), df[df["c3"] > 0]["c4"].max())
