import numpy as np  # I
import pandas as pd  # I
from sklearn.linear_model import SGDClassifier  # I
from sklearn.metrics import accuracy_score  # I
from sklearn.preprocessing import StandardScaler  # I

clf = SGDClassifier(loss="log_loss")  # M
scaler = StandardScaler()  # F
for chunk in pd.read_csv("clicks.csv", chunksize=10_000):
    y = chunk.pop("click").to_numpy()  # F
    X = scaler.partial_fit(chunk).transform(chunk)  # F
    clf.partial_fit(X, y, classes=[0, 1])  # T
holdout = pd.read_csv("holdout.csv")  # D
target = holdout.pop("click")  # F
print(accuracy_score(target, clf.predict(scaler.transform(holdout))))  # Q
