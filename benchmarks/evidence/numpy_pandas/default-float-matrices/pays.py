import numpy as np

rng = np.random.default_rng(0)
n = 1500
points = rng.normal(size=(n, 3))
distance = np.zeros((n, n))
for i in range(n):
    distance[i] = np.sqrt(((points[i] - points) ** 2).sum(axis=1))
near = 0
for width in [0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0]:
    near += int((np.exp(-distance / width) > 0.5).sum())
print("near:", near)
