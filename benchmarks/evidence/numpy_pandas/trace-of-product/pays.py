import numpy as np

rng = np.random.default_rng(0)
A = np.array(rng.normal(size=(1200, 1200)))
B = np.array(rng.normal(size=(1200, 1200)))
total = 0.0
for _ in range(5):
    total += np.trace(A @ B)
print(round(float(total), 4))
