"""Words, then penalties: the text is counted anew for each penalty and fold."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

rng = np.random.default_rng(88)
words = np.array([f"w{number}" for number in range(4000)])
topics = rng.dirichlet(np.full(4000, 0.02), size=4)
label = rng.integers(0, 4, size=900)
texts = [" ".join(rng.choice(words, size=120, p=0.3 * topics[k] + 0.7 * topics.mean(axis=0))) for k in label]
steps = Pipeline(
    [
        ("words", TfidfVectorizer(ngram_range=(1, 2))),
        ("telling", SelectKBest(chi2, k=500)),
        ("model", SGDClassifier(random_state=88)),
    ]
)
search = GridSearchCV(steps, {"model__alpha": [1e-5, 3e-5, 1e-4, 3e-4, 1e-3]}, cv=3)
search.fit(texts, label)
print("accuracy", search.best_score_)
