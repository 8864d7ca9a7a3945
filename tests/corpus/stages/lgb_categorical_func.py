import lightgbm as lgb  # I
import pandas as pd  # I
from sklearn.metrics import mean_absolute_error  # I


def read():
    sales = pd.read_csv("sales.csv")  # D
    stores = pd.read_csv("stores.csv")  # D
    return sales.merge(stores, on="store")  # F


def prepare(frame):
    for column in ("store", "kind"):  # F
        frame[column] = frame[column].astype("category")  # F
    frame["month"] = pd.to_datetime(frame["date"]).dt.month  # F
    return frame.drop(columns=["date"])  # F


def main():
    frame = prepare(read())  # F
    cut = int(0.9 * len(frame))
    y = frame.pop("sales")  # F
    model = lgb.LGBMRegressor()  # M
    model.fit(frame[:cut], y[:cut])  # T
    guess = model.predict(frame[cut:])  # P
    print(mean_absolute_error(y[cut:], guess))  # Q


main()
