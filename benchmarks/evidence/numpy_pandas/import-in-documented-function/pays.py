import sys

import matplotlib.pyplot as plt
import numpy as np


def show(x, y):
    """Plot one against the other."""
    plt.plot(x, y)
    plt.show()


def main():
    x = np.linspace(0, 6, 1000)
    y = np.sin(x) * np.exp(-x)
    print("area:", round(float(np.trapezoid(y, x)), 6))
    if "--plot" in sys.argv:
        show(x, y)


main()
