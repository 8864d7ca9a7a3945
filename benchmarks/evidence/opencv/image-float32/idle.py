"""Scale icons: there is next to nothing to compute."""

import cv2
import numpy as np

shapes = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
photos = [cv2.resize(shapes, (640, 427)), cv2.resize(shapes[::-1], (640, 427))]
total = 0.0
for i in range(2000):
    scaled = cv2.resize(photos[i % 2], (16, 16)) / 255.0
    total += float(scaled.mean())
print("level", round(total / 2000, 3))
