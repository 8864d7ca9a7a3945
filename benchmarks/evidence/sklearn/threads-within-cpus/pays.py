"""A small boosted model: the threads wait for one another at every node."""

from sklearn.datasets import make_classification
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=2500, n_features=12, n_informative=8, n_classes=3, random_state=90)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=90)
model = HistGradientBoostingClassifier(random_state=90)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
