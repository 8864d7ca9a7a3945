from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

X, y = load_wine(return_X_y=True)
search = GridSearchCV(RandomForestClassifier(n_estimators=5, random_state=0), {"max_depth": [1, 3]}, cv=2)
search.fit(X[::2], y[::2])
best = search.best_estimator_
best.fit(X[::2], y[::2])
result = best.predict_proba(X[1::2])
