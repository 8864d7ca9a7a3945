import tensorflow as tf  # I

(x, y), _ = tf.keras.datasets.mnist.load_data()  # D
x = x[..., None].astype("float32") / 255  # F
dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1000).batch(64)  # D
model = tf.keras.Sequential([tf.keras.layers.Conv2D(8, 3), tf.keras.layers.Flatten(), tf.keras.layers.Dense(10)])  # M
optimizer = tf.keras.optimizers.Adam()  # M
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)  # M
for epoch in range(3):  # T
    for images, labels in dataset:  # T
        with tf.GradientTape() as tape:  # T
            logits = model(images, training=True)  # T
            loss = loss_fn(labels, logits)  # T
        grads = tape.gradient(loss, model.trainable_variables)  # T
        optimizer.apply_gradients(zip(grads, model.trainable_variables))  # T
