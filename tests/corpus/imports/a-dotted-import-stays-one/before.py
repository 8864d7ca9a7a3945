import sklearn.ensemble
m = sklearn.ensemble.RandomForestClassifier()
