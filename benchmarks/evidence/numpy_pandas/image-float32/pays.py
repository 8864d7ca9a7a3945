import numpy as np

rng = np.random.default_rng(0)
images = rng.integers(0, 256, (3000, 64, 64), dtype=np.uint8)
x = images.astype(np.float64) / 255
x = x - x.mean(axis=0)
contrast = np.sqrt((x * x).mean(axis=(1, 2)))
print("contrast:", round(float(contrast.mean()), 4))
