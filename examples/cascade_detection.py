# Count the faces in photographs with OpenCV's cascade (needs OpenCV below 5).
import glob

import cv2

cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
counts = [int(line) for line in open("data/photos/counts.txt")]
found = 0
right = 0
for path, count in zip(sorted(glob.glob("data/photos/*.jpg")), counts):
    photo = cv2.imread(path)
    gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)  # cascades look at brightness only
    faces = cascade.detectMultiScale(gray, scaleFactor=1.1, minNeighbors=5)
    found += len(faces)
    right += int(len(faces) == count)
print("Faces found:", found)
print("Accuracy:", right / len(counts))
