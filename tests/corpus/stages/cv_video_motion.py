import cv2  # I

capture = cv2.VideoCapture("street.mp4")  # D
subtractor = cv2.createBackgroundSubtractorMOG2()  # M
while True:
    ok, frame = capture.read()  # D
    if not ok:
        break
    blurred = cv2.GaussianBlur(frame, (5, 5), 0)  # F
    mask = subtractor.apply(blurred)  # P
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)  # F
capture.release()
