"""Which of the visitors of a day are customers? Each is looked up in a list of all."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
customers = pd.DataFrame({"id": rng.permutation(200000)[:15000]})
visitors = rng.integers(0, 200000, 15000)
known = customers["id"].tolist()
print(sum(1 for visitor in visitors.tolist() if visitor in known), "of", len(visitors))
