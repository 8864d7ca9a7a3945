import numpy as np
a = np.linspace(0, 1, 12).reshape(3, 4)
b = np.ones((3, 4))
for i in range(3):
    for j in range(4):
        b[i, j] = b[i, j] * 3 + a[i, j] / 2
result = b
