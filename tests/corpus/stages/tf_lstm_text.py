import numpy as np  # I
from tensorflow.keras.models import Sequential  # I
from tensorflow.keras.layers import LSTM, Dense, Embedding  # I
from tensorflow.keras.preprocessing.sequence import pad_sequences  # I
from tensorflow.keras.datasets import imdb  # I
from tensorflow.keras.callbacks import EarlyStopping  # I

(x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=10000)  # D
x_train = pad_sequences(x_train, maxlen=200)  # F
x_test = pad_sequences(x_test, maxlen=200)  # F
model = Sequential()  # M
model.add(Embedding(10000, 64))  # M
model.add(LSTM(64))  # M
model.add(Dense(1, activation="sigmoid"))  # M
model.compile("rmsprop", "binary_crossentropy", metrics=["acc"])  # M
stop = EarlyStopping(patience=2)
model.fit(x_train, y_train, validation_split=0.2, epochs=20, callbacks=[stop])  # T
loss, acc = model.evaluate(x_test, y_test, verbose=0)  # Q
print("Test accuracy:", acc)  # Q
