import cv2
import numpy as np

result = []
for size in (40, 60):
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    result.append(len(cascade.detectMultiScale(np.zeros((size, size), np.uint8))))
