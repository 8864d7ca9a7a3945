"""Rents from size, age and place of flats."""

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(36)
n = 12000
flats = pd.DataFrame(
    {
        "size": rng.gamma(9, 8, n),
        "age": rng.integers(0, 110, n),
        "floor": rng.integers(0, 9, n),
        "east": rng.normal(size=n),
        "north": rng.normal(size=n),
        "rooms": rng.integers(1, 7, n),
    }
)
centre = np.exp(-(flats.east**2 + flats.north**2))
flats["rent"] = 6 * flats["size"] * (1 + centre) - 1.5 * flats.age + 15 * flats.floor + rng.normal(0, 60, n)
X_train, X_test, y_train, y_test = train_test_split(
    flats.drop(columns="rent"), flats["rent"], test_size=0.3, random_state=36
)
model = GradientBoostingRegressor(n_estimators=200, max_depth=4, random_state=36).fit(X_train, y_train)
print("R2", r2_score(y_test, model.predict(X_test)))
