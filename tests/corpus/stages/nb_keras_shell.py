# %%
!pip install keras
%matplotlib inline
import keras  # I
import numpy as np  # I
# %%
(x, y), (xt, yt) = keras.datasets.mnist.load_data()  # D
x = x.reshape(-1, 784) / 255  # F
# %%
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])  # M
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")  # M
# %%
%%time
model.fit(x, y, epochs=3)  # T
# %%
model.evaluate(xt.reshape(-1, 784) / 255, yt)  # Q
