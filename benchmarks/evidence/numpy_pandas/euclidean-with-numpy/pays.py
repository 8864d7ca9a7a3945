import numpy as np
from scipy.spatial import distance

rng = np.random.default_rng(0)
points = rng.normal(size=(60000, 8))
length = 0.0
for i in range(1, len(points)):
    length += distance.euclidean(points[i - 1], points[i])
print("length:", round(float(length), 6))
