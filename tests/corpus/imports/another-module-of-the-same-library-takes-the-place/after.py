from sklearn.ensemble import HistGradientBoostingClassifier
m = HistGradientBoostingClassifier()
