from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier

X, y = load_wine(return_X_y=True)
clf = RandomForestClassifier(n_estimators=5, random_state=0).fit(X, y)
result = [clf.predict([row])[0] for row in X]
