"""Two components of four measurements."""

from sklearn.datasets import load_iris
from sklearn.decomposition import PCA

X = load_iris().data
pca = PCA(n_components=2, svd_solver="full").fit(X)
print("explained variance", round(float(pca.explained_variance_ratio_.sum()), 4))
