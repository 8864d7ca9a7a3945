import lightgbm  # I
from sklearn.datasets import make_regression  # I

X, y = make_regression(20000, 30, noise=4.0)  # D
data = lightgbm.Dataset(X, y)  # D
best = None
for leaves in (15, 31, 63):  # T
    result = lightgbm.cv({"num_leaves": leaves, "objective": "l2"}, data, nfold=3)  # T
    best = min(best or 1e9, result["valid l2-mean"][-1])
print(best)
