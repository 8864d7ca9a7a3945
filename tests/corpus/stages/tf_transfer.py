import tensorflow as tf  # I
from tensorflow.keras import layers, models  # I
from tensorflow.keras.applications import MobileNetV2  # I

train_ds = tf.keras.utils.image_dataset_from_directory("photos/train", image_size=(160, 160))  # D
val_ds = tf.keras.utils.image_dataset_from_directory("photos/val", image_size=(160, 160))  # D
base = MobileNetV2(include_top=False, input_shape=(160, 160, 3))  # M
base.trainable = False  # M
model = models.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(1)])  # M
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])  # M
history = model.fit(train_ds, validation_data=val_ds, epochs=5)  # T
print(model.evaluate(val_ds))  # Q
