import numpy as np
from sklearn.linear_model import SGDClassifier
r = np.random.default_rng(3)
X = r.normal(size=(60, 3))
y = (X[:, 0] > 0) * 1
m = SGDClassifier(random_state=0)
for e in range(3):
    for i in range(0, 60, 20):
        m.partial_fit(X[i:i + 20], y[i:i + 20], classes=np.unique(y))
result = m.coef_
