def paths(right, down):
    if right == 0 or down == 0:
        return 1
    return paths(right - 1, down) + paths(right, down - 1)


print(paths(3, 3))
