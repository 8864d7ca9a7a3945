import os
import tempfile

import numpy as np
import pandas as pd

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
rows = [f"{fare:.2f} ; {dist:.3f} ; {hour}" for fare, dist, hour in rng.integers(1, 24, (500, 3))]
with open("trips.csv", "w") as file:
    file.write("fare ; dist ; hour\n" + ("\n".join(rows) + "\n") * 120)

for hour in [6, 9, 12, 15, 18]:
    trips = pd.read_csv("trips.csv", sep=r"\s*;\s*", engine="python")
    print(hour, trips["fare"][trips["hour"] < hour].mean())
