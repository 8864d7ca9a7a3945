import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(10, 12)))
target = np.zeros(12)
near = []
for width in range(10):
    distances = [np.sqrt(np.sum((row - target) ** 2)) for row in X]
    near.append(int(np.argsort(distances)[0]))
    target = np.array(X[near[-1]] * 0.5)
print(near)
