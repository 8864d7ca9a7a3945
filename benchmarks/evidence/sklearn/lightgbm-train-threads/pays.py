"""Leaf by leaf on two thousand rows, with the training function."""

import lightgbm as lgb
import numpy as np
from sklearn.datasets import make_classification
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=3000, n_features=20, n_informative=8, random_state=97)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=97)
params = {"objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "verbose": -1, "seed": 97}
booster = lgb.train(params, lgb.Dataset(X_train, y_train), num_boost_round=600)
print("ROC AUC", roc_auc_score(y_test, np.asarray(booster.predict(X_test))))
