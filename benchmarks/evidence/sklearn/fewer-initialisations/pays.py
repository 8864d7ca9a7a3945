"""Four kinds of customer, with twenty starts to be on the safe side."""

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

customers, kind = make_blobs(n_samples=200000, n_features=16, centers=4, cluster_std=5.0, random_state=41)
model = KMeans(n_clusters=4, n_init=20, random_state=41).fit(customers)
print("adjusted Rand index", adjusted_rand_score(kind, model.labels_))
