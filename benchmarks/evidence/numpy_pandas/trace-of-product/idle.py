import numpy as np

rng = np.random.default_rng(0)
A = np.array(rng.normal(size=(4, 4)))
B = np.array(rng.normal(size=(4, 4)))
total = 0.0
for _ in range(5):
    total += np.trace(A @ B)
print(round(float(total), 4))
