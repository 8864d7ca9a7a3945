import tensorflow as tf  # I
from tensorflow.keras import Model  # I
from tensorflow.keras.layers import Conv2D, Dense, Flatten  # I


class MyModel(Model):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2D(32, 3, activation="relu")  # M
        self.flatten = Flatten()  # M
        self.d = Dense(10)  # M

    def call(self, x):
        return self.d(self.flatten(self.conv1(x)))


(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()  # D
x_train, x_test = x_train / 255.0, x_test / 255.0  # F
train_ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)).batch(32)  # D
model = MyModel()  # M
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])  # M
model.fit(train_ds, epochs=4)  # T
model.evaluate(x_test, y_test)  # Q
