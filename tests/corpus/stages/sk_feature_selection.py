from sklearn.datasets import make_classification  # I
from sklearn.feature_selection import RFECV, SelectKBest, f_classif  # I
from sklearn.linear_model import LogisticRegression  # I
from sklearn.metrics import balanced_accuracy_score  # I

X, y = make_classification(n_samples=1000, n_features=60, n_informative=6)  # D
kbest = SelectKBest(f_classif, k=20)  # F
Xk = kbest.fit_transform(X, y)  # F
model = LogisticRegression()  # M
model.fit(Xk, y)  # T
hat = model.predict(Xk)  # P
print(balanced_accuracy_score(y, hat))  # Q
