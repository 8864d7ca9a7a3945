# %%
import numpy as np, pandas as pd  # I
import xgboost as xgb  # I
from sklearn.model_selection import train_test_split  # I
# %%
train = pd.read_csv("../input/train.csv")  # D
test = pd.read_csv("../input/test.csv")  # D
train.info()
# %%
full = pd.concat([train, test])  # F
full["fare_bin"] = pd.qcut(full["fare"], 4)  # F
full = pd.get_dummies(full)  # F
X, y = full[: len(train)], train["target"]  # F
# %%
Xa, Xb, ya, yb = train_test_split(X, y)  # F
clf = xgb.XGBClassifier().fit(Xa, ya)  # T
print(clf.score(Xb, yb))  # Q
# %%
submission = clf.predict(full[len(train):])  # P
