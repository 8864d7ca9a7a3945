"""Default risk from features as they come: years, amounts and shares side by side, not scaled."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(27)
n = 90000
X = rng.normal(size=(n, 40)) * np.geomspace(0.2, 50, 40)
risk = X @ (rng.normal(size=40) / np.geomspace(0.2, 50, 40)) + rng.normal(0, 2, size=n)
y = (risk > 1).astype(int)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=27)
model = LogisticRegression(C=10.0, max_iter=2000)
model.fit(X_train, y_train)
print("iterations", int(model.n_iter_[0]))
print("AUC", roc_auc_score(y_test, model.decision_function(X_test)))
