import numpy as np
from sklearn.model_selection import train_test_split
X = np.arange(60).reshape(20, 3)
y = np.arange(20)
a, b, c, d = train_test_split(X, y, test_size=0.33, random_state=7)
result = np.concatenate([a.ravel(), b.ravel(), c, d])
