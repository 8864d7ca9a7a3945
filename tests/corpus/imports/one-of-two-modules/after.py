import os  # both
os.x
a = None
