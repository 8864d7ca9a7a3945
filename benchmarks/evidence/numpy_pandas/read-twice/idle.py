import os
import tempfile

import numpy as np
import pandas as pd

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
rows = [f"{fare:.2f} ; {dist:.3f} ; {hour}" for fare, dist, hour in rng.integers(1, 24, (500, 3))]
with open("trips.csv", "w") as file:
    file.write("fare ; dist ; hour\n" + ("\n".join(rows) + "\n") * 1)

trips = pd.read_csv("trips.csv", sep=r"\s*;\s*", engine="python")
print(trips["fare"].mean())
again = pd.read_csv("trips.csv", sep=r"\s*;\s*", engine="python")
print(again["dist"].mean())
