from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
m = HistGradientBoostingClassifier()
isinstance(m, RandomForestClassifier)
