import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(40, 3)))
y = np.array(rng.normal(size=40))
for _ in range(5):
    beta = np.linalg.pinv(X) @ y
print(round(float(beta.sum()), 9))
