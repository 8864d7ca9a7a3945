import sklearn.ensemble as se
import xgboost
m = xgboost.XGBRFClassifier()
se.x
