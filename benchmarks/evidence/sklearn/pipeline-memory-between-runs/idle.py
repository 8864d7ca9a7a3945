"""Scaling a small table costs less than looking whether it was scaled before."""

from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_breast_cancer(return_X_y=True)
model = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
search = GridSearchCV(model, {"model__C": [0.1, 1.0, 10.0]}, cv=5)
search.fit(X, y)
print("accuracy", search.best_score_)
