"""Look for a face in each of forty small crops, loading the cascade every time."""

import cv2
import numpy as np
import skimage.data

face = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)[0:260, 90:340]
rng = np.random.default_rng(3)
found = 0
for size in rng.integers(60, 120, size=40):
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found += len(cascade.detectMultiScale(cv2.resize(face, (int(size), int(size))), 1.2, 3))
print("faces", found)
