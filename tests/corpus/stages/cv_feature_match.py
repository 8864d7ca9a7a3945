import cv2  # I

left = cv2.imread("left.png", 0)  # D
right = cv2.imread("right.png", 0)  # D
sift = cv2.SIFT_create()  # M
k1, d1 = sift.detectAndCompute(left, None)  # F
k2, d2 = sift.detectAndCompute(right, None)  # F
matcher = cv2.BFMatcher()  # M
matches = matcher.knnMatch(d1, d2, k=2)  # P
good = [m for m, n in matches if m.distance < 0.75 * n.distance]  # P
print(len(good))
