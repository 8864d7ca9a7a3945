def f():
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier()
