import random

random.seed(0)
values = [random.random() for _ in range(300)]
hits = 0
for limit in range(40):
    hits += all([abs(value) < 0.5 - limit / 100 for value in values])
print(hits)
