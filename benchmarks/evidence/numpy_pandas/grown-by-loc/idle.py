import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
table = pd.DataFrame(columns=["depth", "score"])
for depth in range(3):
    score = float(rng.normal(0.8, 0.1))
    table.loc[len(table)] = [depth, score]
print(len(table), round(float(table["score"].astype(float).mean()), 6))
