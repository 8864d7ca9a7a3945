"""Housing prices."""
import argparse  # I

import pandas as pd  # I
from sklearn.ensemble import GradientBoostingRegressor as GBR  # I
from sklearn.metrics import mean_absolute_error  # I
import sklearn.model_selection as ms  # I


def load(path):
    frame = pd.read_csv(path)  # D
    return frame  # D


def engineer(frame):
    frame = frame.fillna(frame.median(numeric_only=True))  # F
    frame["rooms_per_person"] = frame["rooms"] / frame["people"]  # F
    return frame  # F


def build(depth):
    return GBR(max_depth=depth, n_estimators=300)  # M


def evaluate(model, x, y):
    guess = model.predict(x)  # P
    return mean_absolute_error(y, guess)  # Q


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="housing.csv")
    args = parser.parse_args()
    frame = load(args.data)  # D
    frame = engineer(frame)  # F
    x, y = frame.drop(columns="price"), frame["price"]  # F
    xa, xb, ya, yb = ms.train_test_split(x, y, random_state=1)  # F
    model = build(4)  # M
    model.fit(xa, ya)  # T
    print(model.score(xb, yb))  # Q


if __name__ == "__main__":
    main()
