"""Answers to forty yes-or-no questions: there is nothing to sort, and trees on resampled rows stay smaller."""

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import accuracy_score

rng = np.random.default_rng(38)
answers = rng.integers(0, 2, size=(30000, 40)).astype(float)
bought = (answers[:, :8].sum(axis=1) + rng.normal(0, 2, 30000) > 4).astype(int)
trees = ExtraTreesClassifier(n_estimators=120, random_state=38)
trees.fit(answers[:12000], bought[:12000])
print("accuracy", accuracy_score(bought[12000:], trees.predict(answers[12000:])))
