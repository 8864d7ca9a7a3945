import sys  # I

import joblib  # I
import pandas as pd  # I

model = joblib.load("model.joblib")  # D
frame = pd.read_parquet(sys.argv[1])  # D
frame = frame.dropna()  # F
frame["amount_log"] = frame["amount"].clip(lower=1)  # F
frame["probability"] = model.predict_proba(frame[["amount_log", "age"]])[:, 1]  # P
frame.to_csv("scored.csv")
