import numpy as np

rng = np.random.default_rng(0)
n = 4
A = np.array(rng.normal(size=(n, n)))
B = np.array(rng.normal(size=(n, n)))
C = np.zeros((n, n))
for i in range(n):
    for j in range(n):
        for k in range(n):
            C[i, j] += A[i, k] * B[k, j]
print(round(float(C.sum()), 6))
