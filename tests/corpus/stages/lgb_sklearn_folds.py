import numpy as np  # I
import pandas as pd  # I
from lightgbm import LGBMClassifier  # I
from sklearn.metrics import log_loss  # I
from sklearn.model_selection import StratifiedKFold  # I

train_df = pd.read_feather("train.feather")  # D
test_df = pd.read_feather("test.feather")  # D
y = train_df["target"].values  # F
X = train_df.drop(columns=["target", "id"])  # F
oof = np.zeros(len(X))
folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=42)
for fold, (tr, va) in enumerate(folds.split(X, y)):  # T
    clf = LGBMClassifier(n_estimators=2000, learning_rate=0.02)  # M
    clf.fit(X.iloc[tr], y[tr], eval_set=[(X.iloc[va], y[va])])  # T
    oof[va] = clf.predict_proba(X.iloc[va])[:, 1]  # P
    print(fold, log_loss(y[va], oof[va]))  # Q
print("cv", log_loss(y, oof))  # Q
