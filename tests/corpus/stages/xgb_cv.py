import xgboost  # I
from sklearn import datasets  # I

X, y = datasets.make_classification(20_000, 40)  # D
matrix = xgboost.DMatrix(X, y)  # D
history = xgboost.cv({"objective": "binary:logistic"}, matrix, num_boost_round=200, nfold=5)  # T
print(history.tail(1))
