from sklearn.metrics import mean_squared_error
result = mean_squared_error([1, 2, 3], [1, 2.5, 5])
