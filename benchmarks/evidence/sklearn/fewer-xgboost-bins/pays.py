"""Particles or background: forty continuous measurements of twelve thousand events."""

from sklearn.datasets import make_classification
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

X, y = make_classification(n_samples=24000, n_features=40, n_informative=20, flip_y=0.05, random_state=60)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=60)
model = XGBClassifier(n_estimators=60, max_depth=8, random_state=60)
model.fit(X_train, y_train)
print("ROC AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
