import os
from xgboost import XGBRFClassifier  # forest
from sklearn.svm import SVC
m = XGBRFClassifier()
