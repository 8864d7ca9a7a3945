from sklearn.metrics import mean_absolute_error
result = mean_absolute_error([1, 2, 3], [1, 2.5, 5])
