import pandas as pd  # I
from sklearn.ensemble import IsolationForest  # I
from sklearn.preprocessing import RobustScaler  # I

logs = pd.read_json("requests.jsonl", lines=True)  # D
features = logs[["latency", "bytes", "status"]].astype("float64")  # F
features = RobustScaler().fit_transform(features)  # F
forest = IsolationForest(contamination=0.01, random_state=7)  # M
forest.fit(features)  # T
logs["score"] = forest.decision_function(features)  # P
print(logs.nsmallest(10, "score"))
