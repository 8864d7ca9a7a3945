from sklearn.ensemble._forest import RandomForestClassifier
m = RandomForestClassifier()
