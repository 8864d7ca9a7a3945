import pandas as pd  # I
import xgboost as xgb  # I
from sklearn.model_selection import cross_val_score  # I
from sklearn.preprocessing import LabelEncoder  # I

frame = pd.read_excel("churn.xlsx")  # D
encoder = LabelEncoder()  # F
frame["plan"] = encoder.fit_transform(frame["plan"])  # F
target = frame.pop("churn")  # F
clf = xgb.XGBRFClassifier(n_estimators=300)  # M
print(cross_val_score(clf, frame, target, scoring="roc_auc").mean())  # Q
clf.fit(frame, target)  # T
print(sorted(zip(clf.feature_importances_, frame.columns)))
