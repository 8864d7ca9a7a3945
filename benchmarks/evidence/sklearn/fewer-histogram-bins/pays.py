"""Clicks on advertisements: a wide table of continuous features."""

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=16000, n_features=60, n_informative=25, flip_y=0.05, random_state=64)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=64)
model = HistGradientBoostingClassifier(max_iter=60, random_state=64)
model.fit(X_train, y_train)
print("ROC AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
