import numpy as np


def smooth(values, weight):
    result = np.zeros(len(values))
    for i in range(1, len(values)):
        if values[i] > result[i - 1]:
            result[i] = weight * result[i - 1] + (1 - weight) * values[i]
        else:
            result[i] = result[i - 1] * weight
    return result


rng = np.random.default_rng(0)
values = np.array(rng.normal(size=8000000))
print(round(float(smooth(values, 0.9).mean()), 9))
