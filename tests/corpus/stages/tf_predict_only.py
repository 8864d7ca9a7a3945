import numpy as np  # I
import tensorflow as tf  # I

model = tf.keras.models.load_model("cats.keras")  # D
images = np.load("batch.npy")  # D
images = images.astype("float32") / 255  # F
classes = model.predict(images, batch_size=64).argmax(axis=1)  # P
np.save("classes.npy", classes)
