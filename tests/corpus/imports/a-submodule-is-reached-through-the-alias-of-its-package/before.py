import numpy as np
y = np.sqrt(np.sum(x ** 2))
