import numpy as np  # I
from xgboost import XGBRanker  # I
from sklearn.metrics import ndcg_score  # I


class Ranking:
    def __init__(self):
        self.ranker = XGBRanker(objective="rank:ndcg")  # M

    def learn(self, X, y, groups):
        self.ranker.fit(X, y, group=groups)  # T

    def order(self, X):
        return np.argsort(-self.ranker.predict(X))  # P


with np.load("ranking.npz") as archive:  # D
    X, y, groups = archive["X"], archive["y"], archive["groups"]  # D
ranking = Ranking()
ranking.learn(X, y, groups)  # T
order = ranking.order(X[:100])  # P
print(ndcg_score([y[:100]], [ranking.ranker.predict(X[:100])]))  # Q
