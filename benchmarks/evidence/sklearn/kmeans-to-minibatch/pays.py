"""A code book of thirty-two colours, learnt from all pixels of a photograph."""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_sample_image

image = load_sample_image("china.jpg")[::2, ::2].astype(float)
pixels = image.reshape(-1, 3)
book = KMeans(n_clusters=32, n_init=1, random_state=50).fit(pixels)
labels = book.predict(pixels)
print("colours", len(np.unique(labels)))
print("Inertia", book.inertia_)
