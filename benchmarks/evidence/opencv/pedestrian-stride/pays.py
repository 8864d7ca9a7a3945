"""Look for people in a photograph at several sizes."""

import cv2
import skimage.data

picture = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)
hog = cv2.HOGDescriptor()
hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
found = 0
for side in (360, 420, 480):
    boxes, weights = hog.detectMultiScale(
        cv2.resize(picture, (side, side)), winStride=(4, 4), padding=(8, 8), scale=1.05
    )
    found += len(boxes)
print("people", found)
