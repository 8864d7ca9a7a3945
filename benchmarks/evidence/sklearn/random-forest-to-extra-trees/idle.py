"""Species of iris flowers, with a handful of trees."""

from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

iris = load_iris()
X_train, X_test, y_train, y_test = train_test_split(iris.data, iris.target, test_size=0.5, random_state=3)
model = RandomForestClassifier(n_estimators=10, random_state=3).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
