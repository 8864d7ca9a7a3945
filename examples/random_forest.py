# Tell three species apart with a random forest.
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split

flowers = pd.read_csv("data/flowers.csv")
X = flowers.drop("species", axis=1)
y = flowers["species"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=42)

clf = RandomForestClassifier(
    n_estimators=200,  # a round number
    random_state=42,
)
clf.fit(X_train, y_train)
print("Accuracy:", accuracy_score(y_test, clf.predict(X_test)))
