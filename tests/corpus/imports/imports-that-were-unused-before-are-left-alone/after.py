
a = None
