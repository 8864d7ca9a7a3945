import numpy as np

rng = np.random.default_rng(0)
a = np.array(rng.normal(size=1500000))
b = np.array(rng.normal(size=1500000))
error = 0.0
for i in range(len(a)):
    error += (a[i] - b[i]) ** 2
print(round(float(error / len(a)), 9))
