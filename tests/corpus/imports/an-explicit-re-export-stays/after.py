from sklearn.svm import SVC as SVC
a = None
