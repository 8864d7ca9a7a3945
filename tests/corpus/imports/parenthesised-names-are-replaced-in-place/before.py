from sklearn.ensemble import (
    RandomForestClassifier,
)

m = RandomForestClassifier()
