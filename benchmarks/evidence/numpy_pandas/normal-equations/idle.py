import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(40, 30)))
y = np.array(rng.normal(size=40))
for _ in range(5):
    beta = np.linalg.inv(X.T @ X) @ X.T @ y
print(round(float(beta.sum()), 9))
