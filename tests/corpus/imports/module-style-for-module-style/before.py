import sklearn.ensemble as se
m = se.RandomForestClassifier()
se.x
