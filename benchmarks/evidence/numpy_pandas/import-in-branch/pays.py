import sys

import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 6, 1000)
y = np.sin(x) * np.exp(-x)
print("area:", round(float(np.trapezoid(y, x)), 6))
if "--plot" in sys.argv:
    plt.plot(x, y)
    plt.show()
