"""A report on a kernel machine, as notebooks print it: each score asks for the predictions anew."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, f1_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = make_classification(n_samples=9000, n_features=20, n_informative=12, n_classes=3, random_state=81)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=81)
scaler = StandardScaler().fit(X_train)
X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)
svm = SVC(C=2.0)
svm.fit(X_train, y_train)
print("accuracy: %.4f" % accuracy_score(y_test, svm.predict(X_test)))
print("macro F1: %.4f" % f1_score(y_test, svm.predict(X_test), average="macro"))
print(confusion_matrix(y_test, svm.predict(X_test)))
print(classification_report(y_test, svm.predict(X_test)))
