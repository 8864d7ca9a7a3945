import random

random.seed(0)
values = [random.random() for _ in range(150000)]
hits = 0
for limit in range(40):
    hits += any([abs(value) > 0.5 + limit / 100 for value in values if value < 0.99])
print(hits)
