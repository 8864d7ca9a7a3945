import warnings
def f():
    warnings.warn('careful', stacklevel=2)
    x = 1
f()
warnings.warn('here')
