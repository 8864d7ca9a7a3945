from sklearn.svm import SVC
m: 'SVC' = None
