"""Blur scaled photographs and average them."""

import cv2
import numpy as np

shapes = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
photos = [cv2.resize(shapes, (640, 427)), cv2.resize(shapes[::-1], (640, 427))]
total = 0.0
for i in range(40):
    scaled = cv2.resize(photos[i % 2], (1280, 854)) / 255.0
    smooth = cv2.GaussianBlur(scaled, (9, 9), 0)
    total += float(np.sqrt(smooth).mean())
print("level", round(total / 40, 3))
