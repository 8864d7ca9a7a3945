"""Colours of a small picture reduced to eight."""

import numpy as np
from sklearn.cluster import MiniBatchKMeans
from sklearn.datasets import load_sample_image
from sklearn.metrics import mean_squared_error

pixels = load_sample_image("flower.jpg")[::8, ::8].reshape(-1, 3).astype(float)
palette = MiniBatchKMeans(n_clusters=8, n_init=3, random_state=0).fit(pixels)
painted = palette.cluster_centers_[palette.predict(pixels)]
print("MSE", mean_squared_error(pixels, painted))
