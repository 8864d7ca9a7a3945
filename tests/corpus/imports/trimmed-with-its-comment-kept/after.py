from sklearn.svm import (
    LinearSVC,
    # rbf
)
a = None
b = LinearSVC()
