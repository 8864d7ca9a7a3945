from xgboost import XGBRFClassifier  # forest

m = XGBRFClassifier()
