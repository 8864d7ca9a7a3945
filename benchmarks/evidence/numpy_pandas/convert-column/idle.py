import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
prices = [f"{price:.2f}" for price in rng.gamma(2, 6, 1000)]
df = pd.DataFrame({"price": prices * 1})
df["price"] = df["price"].apply(lambda price: float(price))
print(round(df["price"].mean(), 6))
