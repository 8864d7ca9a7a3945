import polars as pl
d = pl.read_csv(p)
q = pl.x
