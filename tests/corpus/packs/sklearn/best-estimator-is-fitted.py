from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import GridSearchCV

X, y = load_wine(return_X_y=True)
search = GridSearchCV(RandomForestClassifier(n_estimators=5, random_state=0), {"max_depth": [1, 3]}, cv=2)
search.fit(X, y)
best = search.best_estimator_
best.fit(X, y)
result = best.predict_proba(X)
