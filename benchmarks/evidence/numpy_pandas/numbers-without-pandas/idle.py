import os
import tempfile

import numpy as np
import pandas as pd

os.chdir(tempfile.mkdtemp())
rng = np.random.default_rng(0)
table = rng.normal(size=(150000, 8)).round(5)
np.savetxt("table.csv", table, fmt="%.5f", delimiter=",", header="a,b,c,d,e,f,g,h", comments="")

data = pd.read_csv("table.csv").values
print(round(float(np.abs(data - data.mean(axis=0)).mean()), 9))
