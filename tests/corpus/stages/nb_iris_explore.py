# %%
import pandas as pd  # I
import seaborn as sns  # I
from sklearn.tree import DecisionTreeClassifier  # I
from sklearn.metrics import accuracy_score  # I
# %%
iris = sns.load_dataset("iris")  # D
iris.head()
# %%
iris["area"] = iris["petal_length"] * iris["petal_width"]  # F
X = iris.drop(columns="species")  # F
y = iris["species"]  # F
# %%
tree = DecisionTreeClassifier(max_depth=3)  # M
tree.fit(X, y)  # T
# %%
accuracy_score(y, tree.predict(X))  # Q
