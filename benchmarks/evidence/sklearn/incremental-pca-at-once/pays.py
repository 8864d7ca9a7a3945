"""Components of a table in memory, batch after batch."""

import numpy as np
from sklearn.decomposition import IncrementalPCA

rng = np.random.default_rng(0)
X = rng.normal(size=(60000, 8)) @ rng.normal(size=(8, 120)) + rng.normal(size=(60000, 120))
pca = IncrementalPCA(n_components=8, batch_size=200)
Z = pca.fit_transform(X)
print("explained variance", pca.explained_variance_ratio_.sum())
