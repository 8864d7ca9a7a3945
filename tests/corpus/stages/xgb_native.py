import numpy as np  # I
import xgboost as xgb  # I
from sklearn.datasets import load_svmlight_file  # I

X, y = load_svmlight_file("agaricus.txt.train")  # D
dtrain = xgb.DMatrix(X, label=y)  # D
dtest = xgb.DMatrix("agaricus.txt.test?format=libsvm")  # D
param = {"max_depth": 2, "eta": 1, "objective": "binary:logistic"}
bst = xgb.train(param, dtrain, 20, evals=[(dtest, "eval")])  # T
preds = bst.predict(dtest)  # P
labels = dtest.get_label()
print("error=%f" % np.mean((preds > 0.5) != labels))  # Q
