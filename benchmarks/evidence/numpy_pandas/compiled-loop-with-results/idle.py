import numpy as np

rng = np.random.default_rng(0)
x = np.array(rng.random(200))
close = 0
for i in range(len(x)):
    for j in range(i):
        if abs(x[i] - x[j]) < 0.01:
            close += 1
print(close)
