from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=3)
model = KNeighborsClassifier(5)
model.fit(X_train, y_train)
print("accuracy: %.3f" % accuracy_score(y_test, model.predict(X_test)))
wrong = int((model.predict(X_test) != y_test).sum())
result = [wrong, *confusion_matrix(y_test, model.predict(X_test)).ravel().tolist()]
