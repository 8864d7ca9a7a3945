import lightgbm as lgb  # I
import numpy as np  # I

data = np.genfromtxt("queries.csv", delimiter=",", skip_header=1)  # D
X, y = data[:, 2:], data[:, 1]  # F
_, group = np.unique(data[:, 0], return_counts=True)  # F
ranker = lgb.LGBMRanker(n_estimators=100)  # M
ranker.fit(X, y, group=group)  # T
scores = ranker.predict(X)  # P
