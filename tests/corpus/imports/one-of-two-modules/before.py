import os  # both

import sklearn.svm

os.x
a = sklearn.svm.SVC()
