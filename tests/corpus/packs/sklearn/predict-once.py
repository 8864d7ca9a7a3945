from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.tree import DecisionTreeClassifier
X, y = load_iris(return_X_y=True)
m = DecisionTreeClassifier(random_state=0).fit(X, y)
p = m.predict(X)
result = accuracy_score(y, p), confusion_matrix(y, m.predict(X)).tolist()
