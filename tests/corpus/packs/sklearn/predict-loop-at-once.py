from sklearn.datasets import load_wine
from sklearn.neighbors import KNeighborsClassifier

X, y = load_wine(return_X_y=True)
clf = KNeighborsClassifier().fit(X, y)
result = []
for i in range(len(X)):
    result.append(clf.predict(X[i].reshape(1, -1))[0])
