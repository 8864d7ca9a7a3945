from sklearn.svm import (
    SVC,  # rbf
    LinearSVC,
)

a = SVC()
b = LinearSVC()
