"""Eight kinds of customer among a quarter of a million, from twelve figures each."""

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

customers, kind = make_blobs(n_samples=240000, n_features=12, centers=8, cluster_std=4.0, random_state=50)
model = KMeans(n_clusters=8, n_init=8, random_state=50).fit(customers)
print("adjusted Rand index", adjusted_rand_score(kind, model.labels_))
