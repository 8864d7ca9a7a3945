"""Genes of three thousand patients: many columns, few rows, and every node scans all bins of all of them."""

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=8000, n_features=200, n_informative=20, class_sep=1.6, flip_y=0.0, random_state=64)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=5000, random_state=64)
model = HistGradientBoostingClassifier(max_iter=150, random_state=64)
model.fit(X_train, y_train)
print("ROC AUC", roc_auc_score(y_test, model.predict_proba(X_test)[:, 1]))
