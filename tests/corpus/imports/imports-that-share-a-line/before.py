import os

import pandas as pd

os.x
d = pd.read_csv(p)
