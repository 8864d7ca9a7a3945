import time  # I
import numpy as np  # I
import xgboost as xgb  # I

rng = np.random.default_rng(0)
X = rng.normal(size=(50_000, 20))  # D
y = (X[:, 0] * X[:, 1] > 0).astype(int)  # F
dtrain = xgb.QuantileDMatrix(X[:40_000], y[:40_000])  # D
dvalid = xgb.QuantileDMatrix(X[40_000:], y[40_000:], ref=dtrain)  # D
booster = None
start = time.time()
while time.time() - start < 20:  # T
    booster = xgb.train({"eta": 0.1}, dtrain, 10, xgb_model=booster)  # T
p = booster.predict(dvalid)  # P
print("acc", ((p > 0.5) == y[40_000:]).mean())  # Q
