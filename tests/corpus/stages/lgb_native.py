import lightgbm as lgb  # I
import pandas as pd  # I
from sklearn.metrics import roc_auc_score  # I

train = pd.read_csv("train.tsv", header=None, sep="\t")  # D
test = pd.read_csv("test.tsv", header=None, sep="\t")  # D
y_train, y_test = train[0], test[0]  # F
X_train = train.drop(0, axis=1)  # F
X_test = test.drop(0, axis=1)  # F
lgb_train = lgb.Dataset(X_train, y_train)  # D
lgb_eval = lgb.Dataset(X_test, y_test, reference=lgb_train)  # D
params = {"objective": "binary", "num_leaves": 31}
gbm = lgb.train(params, lgb_train, 500, valid_sets=[lgb_eval], callbacks=[lgb.early_stopping(20)])  # T
y_pred = gbm.predict(X_test, num_iteration=gbm.best_iteration)  # P
print("auc", roc_auc_score(y_test, y_pred))  # Q
