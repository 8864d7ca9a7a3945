"""Mean edge strength of a folder of photographs."""

import tempfile
from pathlib import Path

import cv2
import numpy as np

folder = Path(tempfile.mkdtemp())
shapes = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)
encoded = cv2.imencode(".jpg", cv2.resize(shapes, (1280, 853), interpolation=cv2.INTER_CUBIC))[1].tobytes()
for i in range(40):
    (folder / f"{i:03d}.jpg").write_bytes(encoded)

edges = []
for path in sorted(folder.glob("*.jpg")):
    gray = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2GRAY)
    edges.append(np.abs(cv2.Laplacian(gray, cv2.CV_16S)[::8, ::8]).mean())
print("edges", round(float(np.mean(edges)), 1))
