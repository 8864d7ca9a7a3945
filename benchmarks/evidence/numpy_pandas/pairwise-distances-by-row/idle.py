import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(6, 12)))
n = len(X)
D = np.zeros((n, n))
for i in range(n):
    for j in range(n):
        s = 0.0
        for k in range(X.shape[1]):
            s += (X[i, k] - X[j, k]) ** 2
        D[i, j] = np.sqrt(s)
print(round(float(D.mean()), 6))
