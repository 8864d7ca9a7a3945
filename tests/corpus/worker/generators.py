def numbers(n):
    a = 0
    while a < n:
        got = yield a
        a += 1 if got is None else got
    return 'end'
def outer():
    r = yield from numbers(3)
    print(r)
    yield 'x'
print(list(outer()))
g = numbers(10)
print(next(g), g.send(4), list(g))
