# Predict house prices with a straight line: a script whose energy is mostly its start-up.
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

# eight features and the price
houses = pd.read_csv("data/houses.csv")
X = houses.drop(columns=["price"])
y = houses["price"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)

model = LinearRegression()
model.fit(X_train, y_train)

predicted = model.predict(X_test)
print("MSE:", mean_squared_error(y_test, predicted))
print("R2 score:", r2_score(y_test, predicted))
