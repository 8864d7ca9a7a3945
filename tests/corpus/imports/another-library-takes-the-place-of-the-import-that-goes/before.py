from sklearn.ensemble import RandomForestClassifier  # forest

m = RandomForestClassifier()
