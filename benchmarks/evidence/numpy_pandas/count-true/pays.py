import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=1500000)
high = x > 0.5
for column in range(60):
    count = len(np.where(high)[0])
print(count)
