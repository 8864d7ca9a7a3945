from sklearn.ensemble import HistGradientBoostingClassifier as H
m = H()
