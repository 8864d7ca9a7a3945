import numpy as np
from sklearn.linear_model import LinearRegression
r = np.random.default_rng(2)
X = r.normal(size=(40, 3))
y = X @ [1, 2, 3] + 4 + r.normal(size=40)
m = LinearRegression()
m.fit(X, y)
result = np.r_[m.coef_, m.intercept_, m.predict(X)]
