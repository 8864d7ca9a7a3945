import numpy as np  # I
from sklearn.cluster import KMeans  # I
from sklearn.datasets import load_sample_image  # I
from sklearn.metrics import pairwise_distances_argmin  # I
from sklearn.utils import shuffle  # I

china = load_sample_image("china.jpg")  # D
china = np.array(china, dtype=np.float64) / 255  # F
w, h, d = china.shape  # F
pixels = np.reshape(china, (w * h, d))  # F
sample = shuffle(pixels, random_state=0, n_samples=1000)  # F
kmeans = KMeans(n_clusters=64, random_state=0).fit(sample)  # T
labels = kmeans.predict(pixels)  # P
print(kmeans.inertia_)
