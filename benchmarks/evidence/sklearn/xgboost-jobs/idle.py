"""Few trees, many rows: the threads have enough to do."""

import numpy as np
from sklearn.metrics import roc_auc_score
from xgboost import XGBClassifier

rng = np.random.default_rng(96)
X = rng.normal(size=(120000, 20)).astype(np.float32)
y = (X[:, 0] * X[:, 1] + X[:, 2] > rng.normal(0, 0.5, 120000)).astype(int)
model = XGBClassifier(n_estimators=15, random_state=96).fit(X[:90000], y[:90000])
print("ROC AUC", roc_auc_score(y[90000:], model.predict_proba(X[90000:])[:, 1]))
