"""Progress of diabetes from ten measurements: fewer rows than a batch holds."""

from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import StandardScaler

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.6, random_state=2)
scaler = StandardScaler().fit(X_train)
model = MLPRegressor(hidden_layer_sizes=(20,), max_iter=150, learning_rate_init=0.02, random_state=2)
model.fit(scaler.transform(X_train), y_train)
print("MAE", mean_absolute_error(y_test, model.predict(scaler.transform(X_test))))
