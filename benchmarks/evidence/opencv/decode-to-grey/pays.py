"""Mean brightness of a folder of photographs."""

import tempfile
from pathlib import Path

import cv2
import numpy as np

folder = Path(tempfile.mkdtemp())
shapes = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
encoded = cv2.imencode(".jpg", cv2.resize(shapes, (1280, 853), interpolation=cv2.INTER_CUBIC))[1].tobytes()
for i in range(40):
    (folder / f"{i:03d}.jpg").write_bytes(encoded)

brightness = []
for path in sorted(folder.glob("*.jpg")):
    img = cv2.imread(str(path))
    gray = cv2.cvtColor(img, cv2.COLOR_BGR2GRAY)
    brightness.append(gray.mean())
print("brightness", round(float(np.mean(brightness)), 1))
