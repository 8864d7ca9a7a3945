import pandas as pd
import polars as pl
d = pd.read_csv(p)
q = pl.x
