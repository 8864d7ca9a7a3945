import sklearn.svm, os  # both
os.x
a = sklearn.svm.SVC()
