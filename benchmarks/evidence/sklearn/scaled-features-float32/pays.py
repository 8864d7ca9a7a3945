"""Scaled spectra through a perceptron with a wide first layer."""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

X, y = make_classification(n_samples=5000, n_features=500, n_informative=60, class_sep=2.0, random_state=70)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=70)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
net = MLPClassifier(hidden_layer_sizes=(256,), max_iter=15, random_state=70)
net.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, net.predict(X_test)))
