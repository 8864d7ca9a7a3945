import numpy as np

rng = np.random.default_rng(0)
total = 0.0
for _ in range(40):
    a = rng.normal(size=(120, 120))
    total += float(np.linalg.svd(a @ a.T, compute_uv=False)[0])
print(round(total, 4))
