from sklearn.ensemble import HistGradientBoostingClassifier as H, RandomForestClassifier
m = RandomForestClassifier()
