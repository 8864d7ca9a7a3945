import numpy  # I
import sklearn.datasets  # I
import sklearn.ensemble  # I
import sklearn.metrics  # I

X, y = sklearn.datasets.make_hastie_10_2(8000, random_state=1)  # D
Xa, Xb, ya, yb = X[:4000], X[4000:], y[:4000], y[4000:]  # F
forest = sklearn.ensemble.RandomForestClassifier(10, warm_start=True)  # M
best = 0.0
while forest.n_estimators < 200:  # T
    forest.fit(Xa, ya)  # T
    score = sklearn.metrics.accuracy_score(yb, forest.predict(Xb))  # Q
    best = max(best, score)
    forest.n_estimators += 10
print(best)
