from sklearn.datasets import load_files  # I
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer  # I
from sklearn.naive_bayes import MultinomialNB  # I
from sklearn import metrics  # I
import numpy as np  # I

train = load_files("texts/train", encoding="utf-8")  # D
test = load_files("texts/test", encoding="utf-8")  # D
vec = CountVectorizer(min_df=2)  # F
counts = vec.fit_transform(train.data)  # F
tfidf = TfidfTransformer()  # F
X = tfidf.fit_transform(counts)  # F
nb = MultinomialNB().fit(X, train.target)  # T
X_test = tfidf.transform(vec.transform(test.data))  # F
predicted = nb.predict(X_test)  # P
print(np.mean(predicted == test.target))  # Q
print(metrics.confusion_matrix(test.target, predicted))  # Q
