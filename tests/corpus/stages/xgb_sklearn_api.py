import pandas as pd  # I
from sklearn.metrics import mean_squared_error  # I
from sklearn.model_selection import train_test_split  # I
from xgboost import XGBRegressor  # I

data = pd.read_csv("bikes.csv")  # D
data["hour"] = pd.to_datetime(data["datetime"]).dt.hour  # F
data = pd.get_dummies(data, columns=["season"])  # F
y = data["count"]  # F
X = data.drop(["count", "datetime"], axis=1)  # F
X_tr, X_va, y_tr, y_va = train_test_split(X, y, test_size=0.2)  # F
model = XGBRegressor(n_estimators=800, learning_rate=0.05)  # M
model.fit(X_tr, y_tr, eval_set=[(X_va, y_va)], verbose=False)  # T
rmse = mean_squared_error(y_va, model.predict(X_va)) ** 0.5  # Q
print(rmse)  # Q
