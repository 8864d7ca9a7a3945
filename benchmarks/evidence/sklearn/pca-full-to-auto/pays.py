"""The ten main shapes among three thousand curves."""

import numpy as np
from sklearn.decomposition import PCA

rng = np.random.default_rng(56)
t = np.linspace(0, 1, 900)
shapes = np.array([np.sin(2 * np.pi * (k + 1) * t) for k in range(10)])
curves = rng.normal(size=(2000, 10)) * np.linspace(5, 1, 10) @ shapes + rng.normal(0, 0.3, size=(2000, 900))
pca = PCA(n_components=10, svd_solver="full", random_state=56).fit(curves)
print("explained variance", round(float(pca.explained_variance_ratio_.sum()), 4))
