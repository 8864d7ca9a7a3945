from sklearn.ensemble import RandomForestClassifier
m = RandomForestClassifier()
isinstance(m, RandomForestClassifier)
