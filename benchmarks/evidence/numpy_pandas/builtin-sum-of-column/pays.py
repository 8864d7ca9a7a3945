"""Totals of a season's books, with Python's own sum."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
n = 2500000
books = pd.DataFrame(
    {
        "fare": rng.gamma(2, 6, n),
        "tip": rng.gamma(1, 2, n),
        "toll": rng.gamma(1, 1, n),
        "dist": rng.gamma(2, 2, n),
    }
)
income = sum(books["fare"]) + sum(books["tip"])
print("income", round(income, 2), "tolls", round(sum(books["toll"]), 2))
print("per kilometre", round(income / sum(books["dist"]), 6))
