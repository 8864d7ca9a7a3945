import os  # I
import cv2  # I
import numpy as np  # I


def read_all(folder):
    names = os.listdir(folder)  # D
    return [cv2.imread(os.path.join(folder, n)) for n in names]  # D


def clean(image):
    image = cv2.resize(image, (320, 240))  # F
    return cv2.medianBlur(image, 3)  # F


def detect(image, model):
    return model.detectMultiScale(image)  # P


model = cv2.CascadeClassifier("eyes.xml")  # M
pictures = read_all("portraits")  # D
pictures = [clean(p) for p in pictures]  # F
boxes = [detect(p, model) for p in pictures]  # P
print(sum(map(len, boxes)))
