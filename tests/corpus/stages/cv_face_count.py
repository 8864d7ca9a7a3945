import glob  # I
import os  # I
import cv2  # I

cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")  # M
total = 0
for path in sorted(glob.glob("photos/*.jpg")):
    image = cv2.imread(path)  # D
    gray = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)  # F
    gray = cv2.equalizeHist(gray)  # F
    faces = cascade.detectMultiScale(gray, 1.1, 4)  # P
    total += len(faces)
print(total)
