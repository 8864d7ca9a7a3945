from sklearn.metrics import r2_score
result = r2_score([1, 2, 3], [1, 2.5, 5]), r2_score([2, 2], [2, 3])
