"""A perceptron that is given twelve epochs and uses all of them."""

from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score
from sklearn.neural_network import MLPClassifier

X, y = make_moons(n_samples=4000, noise=0.25, random_state=6)
net = MLPClassifier(hidden_layer_sizes=(16, 16), max_iter=12, random_state=6)
net.fit(X[:1500], y[:1500])
print("accuracy", accuracy_score(y[1500:], net.predict(X[1500:])))
