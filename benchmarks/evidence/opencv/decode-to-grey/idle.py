"""A slow filter over a few small pictures: decoding them is nothing."""

import tempfile
from pathlib import Path

import cv2
import numpy as np

folder = Path(tempfile.mkdtemp())
shapes = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
encoded = cv2.imencode(".png", cv2.resize(shapes, (120, 80), interpolation=cv2.INTER_CUBIC))[1].tobytes()
for i in range(6):
    (folder / f"{i:03d}.png").write_bytes(encoded)

brightness = []
for path in sorted(folder.glob("*.png")):
    img = cv2.imread(str(path))
    gray = cv2.cvtColor(img, cv2.COLOR_BGR2GRAY)
    brightness.append(cv2.bilateralFilter(cv2.resize(gray, (1200, 900)), 15, 60, 60).mean())
print("brightness", round(float(np.mean(brightness)), 1))
