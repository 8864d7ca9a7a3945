"""Three sorts of wine and eight trees."""

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=5)
forest = RandomForestClassifier(n_estimators=8, random_state=5)
forest.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, forest.predict(X_test)))
