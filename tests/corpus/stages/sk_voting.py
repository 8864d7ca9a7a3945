from sklearn.datasets import load_wine  # I
from sklearn.ensemble import ExtraTreesClassifier, VotingClassifier  # I
from sklearn.linear_model import LogisticRegression  # I
from sklearn.model_selection import cross_validate  # I
from sklearn.naive_bayes import GaussianNB  # I

wine = load_wine(as_frame=True)  # D
X = wine.data  # F
y = wine.target  # F
lr = LogisticRegression(max_iter=2000)  # M
et = ExtraTreesClassifier(100)  # M
nb = GaussianNB()  # M
vote = VotingClassifier([("lr", lr), ("et", et), ("nb", nb)], voting="soft")  # M
result = cross_validate(vote, X, y, cv=5, scoring=["accuracy", "f1_macro"])  # Q
print(result["test_accuracy"].mean())  # Q
