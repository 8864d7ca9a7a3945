"""K-means on three hundred rows."""

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs

X, _ = make_blobs(n_samples=300, n_features=16, centers=12, cluster_std=4, random_state=0)
model = KMeans(n_clusters=12, n_init=1, random_state=0).fit(X)
print("inertia", model.inertia_)
