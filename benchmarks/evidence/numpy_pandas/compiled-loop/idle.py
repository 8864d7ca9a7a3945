import numpy as np

rng = np.random.default_rng(0)
price = np.array(rng.normal(size=20000))
average = np.zeros(len(price))
for i in range(1, len(price)):
    average[i] = 0.9 * average[i - 1] + 0.1 * price[i]
print(round(float(average.mean()), 9))
