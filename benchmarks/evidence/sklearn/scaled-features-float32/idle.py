"""A ridge on a few hundred scaled rows."""

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=71)
scaler = StandardScaler()
model = Ridge(alpha=1.0).fit(scaler.fit_transform(X_train), y_train)
print("R2", r2_score(y_test, model.predict(scaler.transform(X_test))))
