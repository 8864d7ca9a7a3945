"""How much of the tide does one cosine explain?"""

import numpy as np
from sklearn.metrics import r2_score

rng = np.random.default_rng(84)
hours = np.arange(0, 24 * 60, 0.5)
tide = 1.8 * np.cos(2 * np.pi * hours / 12.42) + 0.4 * np.cos(2 * np.pi * hours / 12) + rng.normal(0, 0.2, len(hours))
basis = np.column_stack([np.cos(2 * np.pi * hours / 12.42), np.sin(2 * np.pi * hours / 12.42), np.ones(len(hours))])
weights = np.linalg.solve(basis.T @ basis, basis.T @ tide)
print("R2:", r2_score(tide, basis @ weights))
