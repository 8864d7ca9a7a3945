"""A sparse linear model of a small table."""

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=1)
model = Lasso(alpha=0.1).fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
