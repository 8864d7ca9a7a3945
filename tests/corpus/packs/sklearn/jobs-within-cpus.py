from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier

X, y = load_wine(return_X_y=True)
result = RandomForestClassifier(n_estimators=5, random_state=0, n_jobs=8).fit(X, y).predict_proba(X)
