"""Well-behaved features: extremely randomised trees are the cheaper ones."""

from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=5000, n_features=20, n_informative=12, n_classes=3, random_state=16)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=16)
trees = ExtraTreesClassifier(n_estimators=80, random_state=16).fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, trees.predict(X_test)))
