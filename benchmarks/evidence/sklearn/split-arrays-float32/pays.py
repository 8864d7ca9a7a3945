"""Small pictures, looked up among those that are known."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

rng = np.random.default_rng(72)
motifs = rng.integers(0, 256, size=(12, 32 * 32))
kind = rng.integers(0, 12, size=6000)
pictures = np.asarray(np.clip(motifs[kind] + rng.normal(0, 90, size=(6000, 32 * 32)), 0, 255))
X_train, X_test, y_train, y_test = train_test_split(pictures, kind, test_size=0.5, random_state=72)
pca = PCA(n_components=60, svd_solver="full").fit(X_train)
model = KNeighborsClassifier(n_neighbors=3).fit(pca.transform(X_train), y_train)
print("accuracy", accuracy_score(y_test, model.predict(pca.transform(X_test))))
