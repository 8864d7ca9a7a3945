import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(6, 12)))
D = np.zeros((len(X), len(X)))
for i in range(len(X)):
    for j in range(len(X)):
        D[i, j] = np.linalg.norm(X[i] - X[j])
print(round(float(D.mean()), 6))
