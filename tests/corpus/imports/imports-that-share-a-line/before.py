import pandas as pd; import os
os.x
d = pd.read_csv(p)
