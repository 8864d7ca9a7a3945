import matplotlib.pyplot as plt
import numpy as np

x = np.linspace(0, 1, 1000)
print(round(float(np.trapezoid(np.sin(x), x)), 9))
