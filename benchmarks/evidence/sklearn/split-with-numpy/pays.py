"""Hold out a fifth of the weather records and try the climatological mean on them."""

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(74)
days = pd.DataFrame({"month": rng.integers(1, 13, 4000), "rain": rng.gamma(1.5, 3, 4000)})
days["temperature"] = 10 - 9 * np.cos((days["month"] - 1) / 12 * 2 * np.pi) + rng.normal(0, 2.5, 4000)
X = days[["month", "rain"]].values
y = days["temperature"].values
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=74)
mean = {month: y_train[X_train[:, 0] == month].mean() for month in range(1, 13)}
guess = np.array([mean[int(month)] for month in X_test[:, 0]])
print("MAE:", float(np.abs(guess - y_test).mean()))
