"""Forty yes-or-no questions of a survey: there is nothing to sort, and trees on resampled rows stay smaller."""

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score

rng = np.random.default_rng(38)
said_yes = rng.integers(0, 2, size=(20000, 40))
bought = (said_yes[:, :8].sum(axis=1) + rng.normal(0, 2, 20000) > 4).astype(int)
survey = pd.DataFrame(np.where(said_yes, "yes", "no"), columns=[f"question {i}" for i in range(40)])
X = pd.get_dummies(survey, drop_first=True)
trees = ExtraTreesClassifier(n_estimators=200, random_state=38)
trees.fit(X[:10000], bought[:10000])
print("accuracy", accuracy_score(bought[10000:], trees.predict(X[10000:])))
