import copy, functools, pickle
def make(n):
    base = n
    def add(x):
        total = base + x
        return total
    return add
def twice(f):
    @functools.wraps(f)
    def inner(*a):
        r = f(*a)
        return r * 2
    return inner
@twice
def g(x):
    y = x + 1
    return y
print(make(3)(4), g(1), g.__name__, copy.copy(g) is g, g.__wrapped__.__code__.co_firstlineno)
try:
    pickle.dumps(make(1))
except (AttributeError, pickle.PicklingError) as error:
    print(type(error).__name__)
