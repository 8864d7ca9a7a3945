import lightgbm as lgb  # I
import numpy as np  # I

X = np.load("x.npy")  # D
y = np.load("y.npy")  # D
model = lgb.LGBMRegressor(n_estimators=50)  # M
model.fit(X, y)  # T
again = model.booster_.refit(X, y)  # T
print(np.abs(again.predict(X) - y).mean())  # Q
