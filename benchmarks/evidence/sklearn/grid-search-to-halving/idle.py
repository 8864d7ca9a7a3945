"""Three strengths of a ridge, on a small table."""

from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV

X, y = load_diabetes(return_X_y=True)
search = GridSearchCV(Ridge(), {"alpha": [0.01, 0.1, 1.0]}, cv=5)
search.fit(X, y)
print("R2", search.best_score_)
