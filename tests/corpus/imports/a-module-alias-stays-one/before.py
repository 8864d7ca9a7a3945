from sklearn import ensemble as e
m = e.RandomForestClassifier()
