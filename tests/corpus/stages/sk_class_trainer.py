import numpy as np  # I
from sklearn.datasets import make_classification  # I
from sklearn.ensemble import RandomForestClassifier  # I
from sklearn.metrics import roc_auc_score  # I
from sklearn.preprocessing import MinMaxScaler  # I


class Trainer:
    def __init__(self, trees):
        self.scaler = MinMaxScaler()  # F
        self.model = RandomForestClassifier(n_estimators=trees)  # M

    def fit(self, X, y):
        Xs = self.scaler.fit_transform(X)  # F
        self.model.fit(Xs, y)  # T
        return self

    def proba(self, X):
        return self.model.predict_proba(self.scaler.transform(X))[:, 1]  # P


X, y = make_classification(5000, 30, random_state=3)  # D
half = len(X) // 2
trainer = Trainer(200)
trainer.fit(X[:half], y[:half])  # T
p = trainer.proba(X[half:])  # P
print("auc %.3f" % roc_auc_score(y[half:], p))  # Q
