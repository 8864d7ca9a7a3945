import cv2 as cv  # I
import numpy as np  # I

img = cv.imread("digits.png")  # D
gray = cv.cvtColor(img, cv.COLOR_BGR2GRAY)  # F
cells = [np.hsplit(row, 100) for row in np.vsplit(gray, 50)]  # F
x = np.array(cells)  # F
train = x[:, :50].reshape(-1, 400).astype(np.float32)  # F
test = x[:, 50:].reshape(-1, 400).astype(np.float32)  # F
labels = np.repeat(np.arange(10), 250)[:, None]  # F
knn = cv.ml.KNearest_create()  # M
knn.train(train, cv.ml.ROW_SAMPLE, labels)  # T
ret, result, neighbours, dist = knn.findNearest(test, k=5)  # P
accuracy = np.mean(result == labels) * 100  # Q
print(accuracy)  # Q
