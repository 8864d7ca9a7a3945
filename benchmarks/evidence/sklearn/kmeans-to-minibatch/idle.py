"""Three clusters of two hundred points."""

from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score

X, y = make_blobs(n_samples=200, centers=3, random_state=51)
model = KMeans(n_clusters=3, n_init=3, random_state=51).fit(X)
print("adjusted Rand index", adjusted_rand_score(y, model.labels_))
