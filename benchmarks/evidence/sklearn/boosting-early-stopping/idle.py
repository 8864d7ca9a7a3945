"""A dozen boosted trees, with a validation set to look at."""

from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from xgboost import XGBClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=17)
model = XGBClassifier(n_estimators=12, max_depth=3, random_state=17)
model.fit(X_train, y_train, eval_set=[(X_test, y_test)], verbose=False)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
