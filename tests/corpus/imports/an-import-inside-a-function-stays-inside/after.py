def f():
    from sklearn.ensemble import HistGradientBoostingClassifier
    return HistGradientBoostingClassifier()
