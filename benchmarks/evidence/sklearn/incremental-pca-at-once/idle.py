"""Components of a small table, batch after batch."""

import numpy as np
from sklearn.decomposition import IncrementalPCA

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 8)) @ rng.normal(size=(8, 10)) + rng.normal(size=(300, 10))
pca = IncrementalPCA(n_components=8, batch_size=100)
Z = pca.fit_transform(X)
print("explained variance", pca.explained_variance_ratio_.sum())
