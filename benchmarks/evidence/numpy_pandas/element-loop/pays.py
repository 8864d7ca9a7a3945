import numpy as np

rng = np.random.default_rng(0)
a = np.array(rng.normal(size=2000000))
b = np.zeros(len(a))
for i in range(len(a)):
    b[i] = a[i] * 2.5 + 1
print(round(float(b.mean()), 9))
