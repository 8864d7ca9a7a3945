"""Sort products by twenty measurements with a small perceptron, thirty-two at a time."""

from sklearn.datasets import make_classification
from sklearn.metrics import accuracy_score
from sklearn.neural_network import MLPClassifier

X, y = make_classification(n_samples=60000, n_features=20, n_informative=12, class_sep=2.0, flip_y=0.0, random_state=1)
net = MLPClassifier(hidden_layer_sizes=(32,), batch_size=32, max_iter=20, random_state=1)
net.fit(X[:30000], y[:30000])
print("accuracy", accuracy_score(y[30000:], net.predict(X[30000:])))
