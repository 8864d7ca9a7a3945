result = any([abs(v) > 2 for v in [1, -3]]), any([abs(v) > 9 for v in []])
