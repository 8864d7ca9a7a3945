def depth(n):
    x = n
    if n == 0:
        return 0
    y = 1
    z = y
    w = z
    return w + depth(n - 1)
print(depth(300))
