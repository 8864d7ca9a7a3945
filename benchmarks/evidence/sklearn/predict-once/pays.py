"""A report on a nearest-neighbour model: accuracy, a table of confusions, and the rows it got wrong."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

X, y = make_classification(n_samples=16000, n_features=30, n_informative=15, n_classes=4, random_state=86)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=86)
model = KNeighborsClassifier(n_neighbors=7)
model.fit(X_train, y_train)
predicted = model.predict(X_test)
print("accuracy:", accuracy_score(y_test, predicted))
print(confusion_matrix(y_test, model.predict(X_test)))
print(classification_report(y_test, model.predict(X_test)))
wrong = X_test[model.predict(X_test) != y_test]
print("wrong:", len(wrong))
