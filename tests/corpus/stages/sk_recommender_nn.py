import pandas as pd  # I
from scipy.sparse import csr_matrix  # I
from sklearn.neighbors import NearestNeighbors  # I

ratings = pd.read_csv("ratings.csv")  # D
movies = pd.read_csv("movies.csv")  # D
merged = ratings.merge(movies, on="movieId")  # F
table = merged.pivot_table(index="title", columns="userId", values="rating").fillna(0)  # F
matrix = csr_matrix(table.values)  # F
knn = NearestNeighbors(metric="cosine", algorithm="brute")  # M
knn.fit(matrix)  # T
distances, indices = knn.kneighbors(matrix[:5], n_neighbors=6)  # P
print(indices)
