"""A linear support vector machine on nine thousand rows."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = make_classification(n_samples=30000, n_features=20, n_informative=10, class_sep=2.5, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.7, random_state=0)
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
model = SVC(kernel="linear", random_state=0)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
