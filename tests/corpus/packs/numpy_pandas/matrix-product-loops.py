import numpy as np
A = np.linspace(0, 1, 12).reshape(4, 3)
B = np.linspace(1, 2, 15).reshape(3, 5)
C = np.zeros((4, 5))
for i in range(4):
    for j in range(5):
        for k in range(3):
            C[i, j] += A[i, k] * B[k, j]
result = C
