"""Count the faces in photographs, scale by scale."""

import cv2
import skimage.data

face = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2GRAY)[0:260, 90:340]
photos = [cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY) for photo in (skimage.data.coffee(), skimage.data.chelsea())]
pictures = []
for i in range(12):
    picture = cv2.resize(photos[i % 2], (640, 480)).copy()
    for j in range(i % 3):
        size = 110 + 40 * j
        picture[60 : 60 + size, 20 + 220 * j : 20 + 220 * j + size] = cv2.resize(face, (size, size))
    pictures.append(picture)

cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
right = 0
for i, picture in enumerate(pictures):
    boxes = cascade.detectMultiScale(picture, scaleFactor=1.1, minNeighbors=8)
    right += len(boxes) == i % 3
print("accuracy", right / len(pictures))
