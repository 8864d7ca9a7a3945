from sklearn.svm import (
    LinearSVC,
    SVC,  # rbf
)
a = SVC()
b = LinearSVC()
