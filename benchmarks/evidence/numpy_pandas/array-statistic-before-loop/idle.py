import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=100)
above = 0
for value in x:
    if value > np.mean(x) + 1:
        above += 1
print(above)
