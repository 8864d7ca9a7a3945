from sklearn import datasets, metrics, svm  # I
from sklearn.model_selection import GridSearchCV, train_test_split  # I

digits = datasets.load_digits()  # D
n = len(digits.images)  # F
data = digits.images.reshape((n, -1))  # F
a, b, c, d = train_test_split(data, digits.target, test_size=0.5, shuffle=False)  # F
search = GridSearchCV(svm.SVC(), {"C": [1, 10], "gamma": [0.001, 0.01]}, cv=3)  # M
search.fit(a, c)  # T
print(search.best_params_)
predicted = search.predict(b)  # P
print(metrics.classification_report(d, predicted))  # Q
disp = metrics.ConfusionMatrixDisplay.from_predictions(d, predicted)  # Q
