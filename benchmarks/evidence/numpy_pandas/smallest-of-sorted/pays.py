import random

random.seed(0)
best = 0.0
for turn in range(12000):
    values = [random.random() for _ in range(200)]
    best += sorted(values)[0]
print(round(best, 6))
