import numpy as np

rng = np.random.default_rng(0)
A = np.array(rng.normal(size=(700, 700))) + 40 * np.eye(700)
b = np.array(rng.normal(size=700))
x = b
for _ in range(8):
    x = np.linalg.inv(A) @ b
print(round(float(x.sum()), 6))
