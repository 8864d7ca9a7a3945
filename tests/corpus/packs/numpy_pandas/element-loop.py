import numpy as np
a = np.linspace(0, 1, 12)
b = np.zeros(12)
for i in range(len(a)):
    b[i] = np.exp(a[i]) * 2 - a[i] ** 2
result = b
