"""Orders of a shop as records, made into a table and counted by customer."""

import pandas as pd

orders = []
for number in range(400000):
    orders.append({"number": number, "customer": f"customer {number % 5000}", "lines": [number % 7, number % 11]})
table = pd.DataFrame(orders)
table["amount"] = [sum(lines) for lines in table["lines"]]
print(len(table), table.groupby("customer")["amount"].sum().max())
