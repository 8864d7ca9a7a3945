import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=300)
high = x > 0.5
for column in range(2):
    count = len(np.where(high)[0])
print(count)
