"""Prices, weights and rates that came as texts."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 800000
texts = np.array([f"{value:.2f}" for value in rng.gamma(2, 6, 2000)], dtype=object)
df = pd.DataFrame({name: texts[rng.integers(0, 2000, n)] for name in ("price", "weight", "rate")})
df["price"] = df["price"].apply(lambda text: float(text))
df["weight"] = df["weight"].apply(float)
df["rate"] = df["rate"].apply(lambda text: float(text))
print(df.mean().round(6).to_dict())
