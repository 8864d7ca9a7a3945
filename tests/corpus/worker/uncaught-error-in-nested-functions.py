import os
def inner(n):
    value = 1 / n
    return value
def outer(n):
    total = 0
    total += inner(n)
    return total
def last():
    x = outer(1)
    y = [outer(k) for k in (2, 1, 0)]
    return x, y
print('before', flush=True)
last()
