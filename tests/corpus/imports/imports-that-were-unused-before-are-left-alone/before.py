from sklearn.svm import SVC

a = SVC()
