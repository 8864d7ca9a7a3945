from sklearn.datasets import load_breast_cancer  # I
from sklearn.model_selection import cross_val_score, StratifiedKFold  # I
from sklearn.neighbors import KNeighborsClassifier  # I
from sklearn.pipeline import make_pipeline  # I
from sklearn.preprocessing import StandardScaler  # I

X, y = load_breast_cancer(return_X_y=True)  # D
folds = StratifiedKFold(10, shuffle=True, random_state=0)
for k in (1, 3, 5, 9):  # Q
    model = make_pipeline(StandardScaler(), KNeighborsClassifier(k))  # M
    scores = cross_val_score(model, X, y, cv=folds)  # Q
    print(k, scores.mean())  # Q
