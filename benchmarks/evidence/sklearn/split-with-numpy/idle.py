"""A split after a simulation; what scikit-learn loads is mostly loaded already."""

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(75)
walks = rng.normal(size=(3000, 2500)).cumsum(axis=1)
for _ in range(6):
    walks = np.sort(walks, axis=1) + rng.normal(size=walks.shape)
start = np.array(walks[:, :10])
highest = np.array(walks.max(axis=1))
X_train, X_test, y_train, y_test = train_test_split(start, highest, test_size=0.3, random_state=75)
print(pd.Series(highest).describe().round(4).to_dict(), round(float(stats.skew(highest)), 4))
print("MAE:", float(np.abs(y_test - y_train.mean()).mean()))
