"""Will a customer leave? Twenty thousand of them, a hundred trees."""

import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

values, left = make_classification(
    n_samples=30000, n_features=30, n_informative=6, n_redundant=0, flip_y=0.03, random_state=25
)
customers = pd.DataFrame(values, columns=[f"signal_{i}" for i in range(30)])
X_train, X_test, y_train, y_test = train_test_split(customers, left, test_size=0.6, random_state=25)
model = RandomForestClassifier(random_state=25)
model.fit(X_train, y_train)
print("accuracy", accuracy_score(y_test, model.predict(X_test)))
