import math

import numpy as np

areas = np.linspace(1, 100, 1500000)
sides = [math.sqrt(area) for area in areas]
print(max(sides))
