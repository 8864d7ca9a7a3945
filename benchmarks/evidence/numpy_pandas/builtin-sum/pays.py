import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=4000000)
print(round(sum(x) / len(x), 9))
