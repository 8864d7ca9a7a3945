import sklearn.ensemble
m = sklearn.ensemble.HistGradientBoostingClassifier()
