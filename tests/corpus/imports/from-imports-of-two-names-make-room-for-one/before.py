from numpy import sqrt, sum
y = sqrt(sum(x ** 2))
