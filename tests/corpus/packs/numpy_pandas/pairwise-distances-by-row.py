import numpy as np
X = np.random.default_rng(0).normal(size=(9, 4))
n = len(X)
D = np.zeros((n, n))
for i in range(n):
    for j in range(n):
        s = 0.0
        for k in range(X.shape[1]):
            s += (X[i, k] - X[j, k]) ** 2
        D[i, j] = np.sqrt(s)
result = D
