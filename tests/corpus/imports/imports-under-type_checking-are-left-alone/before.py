from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from sklearn.svm import LinearSVC
from sklearn.svm import SVC
a = SVC()
