"""A slowly fading picture of a film: every frame is scaled and added to what went before."""

import numpy as np

rng = np.random.default_rng(0)
frames = np.zeros((120, 480, 640), dtype=np.float64)
frames += rng.random((480, 640), dtype=np.float32)
for step in range(20):
    frames *= 0.95
    frames += 0.05
    np.sqrt(frames, out=frames)
print("brightness:", round(float(frames[-1].mean()), 3))
