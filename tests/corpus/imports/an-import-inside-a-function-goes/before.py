def f():
    from sklearn.svm import SVC
    return SVC()
