import numpy as np

rng = np.random.default_rng(0)
X = np.array(rng.normal(size=(5000, 20)))
S = X.T @ X
leverage = np.diag(X @ S @ X.T)
print(round(float(leverage.sum()), 3))
