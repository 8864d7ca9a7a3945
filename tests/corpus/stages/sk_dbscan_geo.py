import numpy as np  # I
import pandas as pd  # I
from sklearn.cluster import DBSCAN  # I
from sklearn.metrics import silhouette_score  # I
from sklearn.preprocessing import StandardScaler  # I

points = np.loadtxt("points.txt")  # D
scaled = StandardScaler().fit_transform(points)  # F
db = DBSCAN(eps=0.3, min_samples=10)  # M
labels = db.fit_predict(scaled)  # T
print("silhouette", silhouette_score(scaled, labels))  # Q
