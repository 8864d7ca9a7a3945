import cv2  # I
from skimage.metrics import structural_similarity  # I

original = cv2.imread("a.png")  # D
small = cv2.resize(original, None, fx=0.5, fy=0.5)  # F
back = cv2.resize(small, original.shape[1::-1], interpolation=cv2.INTER_CUBIC)  # F
print("psnr", cv2.PSNR(original, back))  # Q
print("ssim", structural_similarity(original, back, channel_axis=2))  # Q
