"""Who answers a letter? Sorted features for every tree."""

from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

X, y = make_classification(n_samples=18000, n_features=20, n_informative=12, class_sep=1.5, random_state=34)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.75, random_state=34)
model = GradientBoostingClassifier(n_estimators=100, max_depth=4, random_state=34)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
