"""A report of three rows."""

import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
report = pd.DataFrame(columns=["setting", "rounds", "score"])
for number in range(3):
    setting = f"setting {number}"
    score = float(rng.normal(0.8, 0.1, 50).mean())
    report.loc[len(report)] = [setting, number % 7, score]
print(len(report), round(float(report["score"].mean()), 6), report["setting"].iloc[-1])
