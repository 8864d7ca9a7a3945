import cv2  # I
import numpy as np  # I
from sklearn.metrics import accuracy_score  # I
from sklearn.svm import LinearSVC  # I

hog = cv2.HOGDescriptor()  # M
images = [cv2.imread(f"signs/{i}.png", cv2.IMREAD_GRAYSCALE) for i in range(400)]  # D
labels = np.loadtxt("signs/labels.txt")  # D
features = np.array([hog.compute(cv2.resize(im, (64, 128))).ravel() for im in images])  # F
svm = LinearSVC(C=0.01)  # M
svm.fit(features[:300], labels[:300])  # T
print(accuracy_score(labels[300:], svm.predict(features[300:])))  # Q
