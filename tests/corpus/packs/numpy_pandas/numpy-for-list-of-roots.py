import math
import numpy as np
a = np.linspace(0, 50, 33)
result = [math.sqrt(v) for v in a]
