"""Tell whether there is somebody in photographs of different light."""

import cv2
import skimage.data

photo = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)
hog = cv2.HOGDescriptor()
hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
seen = 0
for light in (0.8, 0.9, 1.0, 1.2):
    picture = cv2.convertScaleAbs(photo, alpha=light)
    boxes, weights = hog.detectMultiScale(picture, winStride=(4, 4), padding=(8, 8), scale=1.05)
    seen += len(boxes) > 0
print("accuracy", seen / 4)
