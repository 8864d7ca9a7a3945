result = sorted([3, 1, 2])[0], sorted({2.5, -1})[0]
