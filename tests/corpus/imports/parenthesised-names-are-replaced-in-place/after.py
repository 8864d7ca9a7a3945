from sklearn.ensemble import (
    AdaBoostClassifier,  # ada
    HistGradientBoostingClassifier,
    VotingClassifier,
)
m = HistGradientBoostingClassifier()
