import numpy as np

rng = np.random.default_rng(0)
n = 30
points = rng.normal(size=(n, 3))
distance = np.zeros((n, n))
for i in range(n):
    distance[i] = np.sqrt(((points[i] - points) ** 2).sum(axis=1))
near = 0
for width in (0.2, 0.4, 0.8, 1.6, 3.2):
    near += int((np.exp(-distance * distance / width) > 0.5).sum())
print("near:", near)
