import sys  # I
import cv2  # I

net = cv2.dnn.readNetFromONNX("yolo.onnx")  # M
img = cv2.imread(sys.argv[1])  # D
blob = cv2.dnn.blobFromImage(img, 1 / 255, (640, 640), swapRB=True)  # F
net.setInput(blob)  # P
outputs = net.forward()  # P
print(outputs.shape)
