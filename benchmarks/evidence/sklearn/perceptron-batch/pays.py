"""Read handwritten digits with a small perceptron."""

from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(digits.data / 16, digits.target, test_size=0.5, random_state=1)
net = MLPClassifier(hidden_layer_sizes=(64,), batch_size=8, max_iter=60, random_state=1)
net.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, net.predict(X_test)))
