from time import time  # I

from sklearn.datasets import fetch_olivetti_faces  # I
from sklearn.decomposition import PCA  # I
from sklearn.metrics import classification_report  # I
from sklearn.model_selection import RandomizedSearchCV, train_test_split  # I
from sklearn.svm import SVC  # I

faces = fetch_olivetti_faces()  # D
X, y = faces.data, faces.target  # F
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25)  # F
t0 = time()
pca = PCA(n_components=100, whiten=True).fit(X_train)  # F
X_train_pca = pca.transform(X_train)  # F
X_test_pca = pca.transform(X_test)  # F
params = {"C": [1, 10, 100]}
clf = RandomizedSearchCV(SVC(kernel="rbf"), params, n_iter=3)  # M
clf = clf.fit(X_train_pca, y_train)  # T
y_pred = clf.predict(X_test_pca)  # P
print(classification_report(y_test, y_pred))  # Q
