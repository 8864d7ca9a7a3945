"""Breast cancer from thirty measurements of five hundred women."""

import lightgbm as lgb
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=63)
model = lgb.LGBMClassifier(n_estimators=30, random_state=63, verbose=-1)
model.fit(X_train, y_train)
print("ROC AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
