"""Three hundred trees on three thousand rows, with the training function."""

import xgboost as xgb
from sklearn.datasets import make_classification
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=3000, n_features=20, n_informative=8, random_state=96)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=96)
params = {"objective": "binary:logistic", "max_depth": 5, "eta": 0.05, "seed": 96}
booster = xgb.train(params, xgb.DMatrix(X_train, y_train), num_boost_round=500)
print("ROC AUC", roc_auc_score(y_test, booster.predict(xgb.DMatrix(X_test))))
