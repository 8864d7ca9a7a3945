from tensorflow.keras.preprocessing.image import ImageDataGenerator  # I
from tensorflow.keras import models, layers, optimizers  # I

gen = ImageDataGenerator(rescale=1 / 255, horizontal_flip=True)  # F
train = gen.flow_from_directory("cats/train", target_size=(64, 64))  # D
valid = gen.flow_from_directory("cats/valid", target_size=(64, 64))  # D
m = models.Sequential()  # M
m.add(layers.Conv2D(16, 3, input_shape=(64, 64, 3)))  # M
m.add(layers.Flatten())  # M
m.add(layers.Dense(2, activation="softmax"))  # M
m.compile(loss="categorical_crossentropy", optimizer=optimizers.SGD(0.01), metrics=["acc"])  # M
m.fit(train, epochs=8, validation_data=valid)  # T
m.save("cats.keras")
