"""Worker processes for a search whose fits take milliseconds."""

from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
search = GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [0.1, 1, 10, 100]}, cv=5, n_jobs=-1)
search.fit(X, y)
print(search.best_params_)
print("accuracy", search.best_score_)
