from sklearn.ensemble import (
    AdaBoostClassifier,  # ada
    RandomForestClassifier,
    VotingClassifier,
)
m = RandomForestClassifier()
