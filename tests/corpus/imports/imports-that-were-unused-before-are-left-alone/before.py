import os
from sklearn.svm import SVC
from unused import thing
a = SVC()
