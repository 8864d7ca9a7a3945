import numpy as np
from sklearn.preprocessing import StandardScaler
X = np.random.default_rng(1).normal(5, 3, (30, 4))
X[:, 2] = 7
s = StandardScaler()
result = np.vstack([s.fit_transform(X), s.transform(X[:5])])
