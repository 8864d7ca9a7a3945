"""Components of a table, in small batches."""

import numpy as np
from sklearn.decomposition import IncrementalPCA

rng = np.random.default_rng(0)
X = rng.normal(size=(60000, 8)) @ rng.normal(size=(8, 80)) + rng.normal(size=(60000, 80))
pca = IncrementalPCA(n_components=8, batch_size=70)
Z = pca.fit_transform(X)
print("explained variance", pca.explained_variance_ratio_.sum())
