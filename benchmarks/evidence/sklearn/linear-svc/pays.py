"""A straight boundary between two crowds, with the solver that is made for curved ones."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = make_classification(
    n_samples=30000, n_features=20, n_informative=10, class_sep=1.5, flip_y=0.02, random_state=42
)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.7, random_state=42)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
clf = SVC(kernel="linear", C=1.0)
clf.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, clf.predict(X_test)))
