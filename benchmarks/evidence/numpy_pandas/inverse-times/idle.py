import numpy as np

rng = np.random.default_rng(0)
A = np.array(rng.normal(size=(4, 4))) + 40 * np.eye(4)
b = np.array(rng.normal(size=4))
x = b
for _ in range(8):
    x = np.linalg.inv(A) @ b
print(round(float(x.sum()), 6))
