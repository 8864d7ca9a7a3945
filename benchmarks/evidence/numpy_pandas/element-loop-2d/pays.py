import numpy as np

rng = np.random.default_rng(0)
a = np.array(rng.random((900, 900)))
b = np.zeros((900, 900))
for i in range(a.shape[0]):
    for j in range(a.shape[1]):
        b[i, j] = a[i, j] ** 2 / 3
print(round(float(b.mean()), 9))
