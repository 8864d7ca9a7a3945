"""Twenty stumps on five hundred rows."""

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import train_test_split

X, y = load_breast_cancer(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=2)
model = GradientBoostingClassifier(n_estimators=20, max_depth=1, random_state=2)
model.fit(X_train, y_train)
print("accuracy", model.score(X_test, y_test))
