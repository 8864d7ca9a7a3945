from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
from sklearn.svm import SVC

a = SVC()
