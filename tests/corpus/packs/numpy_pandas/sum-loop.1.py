import numpy as np
a = np.linspace(0, 1, 12)
b = np.linspace(1, 2, 12)
t = 0
for i in range(7):
    t += a[i] * b[i]
result = t
