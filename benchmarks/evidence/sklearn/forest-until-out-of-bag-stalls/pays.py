"""A thousand trees on three of twelve thousand rows."""

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=12000, n_features=12, n_informative=8, random_state=1)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.75, random_state=0)
model = RandomForestClassifier(n_estimators=1000, random_state=0)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
