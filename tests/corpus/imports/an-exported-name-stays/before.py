__all__ = ['SVC']
from sklearn.svm import SVC
a = SVC()
