import numpy as np  # I
import tensorflow as tf  # I
from tensorflow import keras  # I

(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()  # D
x_train = x_train / 255.0  # F
x_test = x_test / 255.0  # F
model = keras.Sequential([  # M
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dense(10),
])
model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])  # M
model.fit(x_train, y_train, epochs=10)  # T
test_loss, test_acc = model.evaluate(x_test, y_test)  # Q
print(test_acc)  # Q
probabilities = model.predict(x_test[:10])  # P
