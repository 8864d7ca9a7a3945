from numpy.linalg import norm
y = norm(x)
