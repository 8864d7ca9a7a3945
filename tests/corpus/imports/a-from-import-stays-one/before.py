from sklearn.ensemble import RandomForestClassifier as RF
m = RF(3)
