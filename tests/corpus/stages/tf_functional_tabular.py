import pandas as pd  # I
import keras  # I
from keras import layers  # I
from sklearn.model_selection import train_test_split  # I
from sklearn.preprocessing import StandardScaler  # I
from sklearn.metrics import r2_score  # I

table = pd.read_csv("concrete.csv")  # D
y = table.pop("strength").values  # F
scaler = StandardScaler()  # F
X = scaler.fit_transform(table)  # F
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)  # F
inputs = keras.Input(shape=(X.shape[1],))  # M
hidden = layers.Dense(64, activation="relu")(inputs)  # M
hidden = layers.Dense(64, activation="relu")(hidden)  # M
outputs = layers.Dense(1)(hidden)  # M
net = keras.Model(inputs, outputs)  # M
net.compile(optimizer="adam", loss="mse")  # M
net.fit(X_train, y_train, epochs=100, batch_size=16, verbose=0)  # T
print("r2", r2_score(y_test, net.predict(X_test)))  # Q
