import numpy as np

rng = np.random.default_rng(0)
rows = np.empty((0, 16))
for day in range(10000):
    row = rng.normal(size=(1, 16))
    rows = np.vstack([rows, row])
print(rows.shape, round(float(rows.std()), 6))
