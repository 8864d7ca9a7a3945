import numpy as np  # I
import pandas as pd  # I
from sklearn.compose import ColumnTransformer  # I
from sklearn.impute import SimpleImputer  # I
from sklearn.linear_model import LogisticRegression  # I
from sklearn.metrics import accuracy_score, f1_score  # I
from sklearn.model_selection import train_test_split  # I
from sklearn.pipeline import Pipeline  # I
from sklearn.preprocessing import OneHotEncoder, StandardScaler  # I

df = pd.read_csv("passengers.csv")  # D
print(df.head())
df["family"] = df["sibsp"] + df["parch"] + 1  # F
df = df.drop(columns=["name", "ticket"])  # F
y = df.pop("survived")  # F
numeric = ["age", "fare", "family"]
categorical = ["sex", "embarked"]
prep = ColumnTransformer([  # F
    ("num", Pipeline([("imp", SimpleImputer()), ("sc", StandardScaler())]), numeric),
    ("cat", OneHotEncoder(handle_unknown="ignore"), categorical),
])
X_train, X_test, y_train, y_test = train_test_split(df, y, random_state=0)  # F
clf = Pipeline([("prep", prep), ("lr", LogisticRegression(max_iter=500))])  # M
clf.fit(X_train, y_train)  # T
pred = clf.predict(X_test)  # P
print("accuracy", accuracy_score(y_test, pred))  # Q
print("f1", f1_score(y_test, pred))  # Q
