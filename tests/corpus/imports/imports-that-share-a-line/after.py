import os
import polars
os.x
d = polars.read_csv(p)
