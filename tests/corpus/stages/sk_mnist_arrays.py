import gzip  # I
import numpy as np  # I
from sklearn.neural_network import MLPClassifier  # I


def read_images(path):
    with gzip.open(path) as f:  # D
        raw = np.frombuffer(f.read(), np.uint8, offset=16)  # D
    return raw.reshape(-1, 784)  # F


train = np.load("mnist_train.npz")  # D
X, y = train["x"], train["y"]  # F
X = X.reshape(len(X), -1) / 255.0  # F
mlp = MLPClassifier(hidden_layer_sizes=(128,), max_iter=10)  # M
mlp.fit(X, y)  # T
print("train accuracy", mlp.score(X, y))  # Q
