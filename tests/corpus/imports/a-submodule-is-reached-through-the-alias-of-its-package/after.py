import numpy as np
y = np.linalg.norm(x)
