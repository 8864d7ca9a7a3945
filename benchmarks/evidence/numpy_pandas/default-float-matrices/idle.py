import numpy as np

rng = np.random.default_rng(0)
n = 30
points = rng.normal(size=(n, 3))
distance = np.zeros((n, n))
for i in range(n):
    distance[i] = np.sqrt(((points[i] - points) ** 2).sum(axis=1))
near = 0
for width in np.linspace(0.2, 4, 20):
    near += int((np.exp(-distance / width) > 0.5).sum())
print("near:", near)
