"""Group shoppers by what they bought."""

from sklearn.cluster import MiniBatchKMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

baskets, segment = make_blobs(n_samples=24000, n_features=12, centers=10, cluster_std=2.0, random_state=21)
clustering = MiniBatchKMeans(n_clusters=10, batch_size=64, n_init=3, max_iter=20, max_no_improvement=None, random_state=21)
found = clustering.fit_predict(baskets)
print("adjusted Rand index", adjusted_rand_score(segment, found))
