from sklearn.ensemble import HistGradientBoostingClassifier
m = HistGradientBoostingClassifier(3)
