"""Wine from its chemistry: few bottles, few epochs."""

from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

X, y = load_wine(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, stratify=y, random_state=9)
scaler = StandardScaler().fit(X_train)
net = MLPClassifier(hidden_layer_sizes=(30,), max_iter=40, learning_rate_init=0.01, random_state=9)
net.fit(scaler.transform(X_train), y_train)
print("accuracy", accuracy_score(y_test, net.predict(scaler.transform(X_test))))
