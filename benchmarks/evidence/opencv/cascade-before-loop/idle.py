"""Look for a face in two large pictures, loading the cascade for each."""

import cv2
import numpy as np
import skimage.data

face = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)[0:260, 90:340]
rng = np.random.default_rng(3)
found = 0
for size in rng.integers(1000, 1200, size=2):
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found += len(cascade.detectMultiScale(cv2.resize(face, (int(size), int(size))), 1.1, 3))
print("faces", found)
