import numpy as np  # I
import pandas as pd  # I
from sklearn.ensemble import HistGradientBoostingRegressor  # I
from sklearn.metrics import mean_absolute_percentage_error  # I

load = pd.read_csv("load.csv", parse_dates=["time"], index_col="time")  # D
load["hour"] = load.index.hour  # F
load["weekday"] = load.index.dayofweek  # F
for lag in (1, 24, 168):  # F
    load[f"lag{lag}"] = load["mw"].shift(lag)  # F
load = load.dropna()  # F
split = int(len(load) * 0.8)
train, test = load.iloc[:split], load.iloc[split:]  # F
columns = [c for c in load.columns if c != "mw"]
booster = HistGradientBoostingRegressor(max_iter=400)  # M
booster.fit(train[columns], train["mw"])  # T
forecast = booster.predict(test[columns])  # P
print("mape", mean_absolute_percentage_error(test["mw"], forecast))  # Q
