import pandas as pd  # I
import torch  # I
from torch import nn  # I
from torch.utils.data import DataLoader, TensorDataset  # I
from sklearn.model_selection import train_test_split  # I
from sklearn.metrics import accuracy_score  # I

df = pd.read_csv("heart.csv")  # D
X = df.drop("target", axis=1).values  # F
y = df["target"].values  # F
X_train, X_test, y_train, y_test = train_test_split(X, y)  # F
train_set = TensorDataset(torch.tensor(X_train).float(), torch.tensor(y_train))  # D
loader = DataLoader(train_set, batch_size=32, shuffle=True)  # D
net = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 2))  # M
criterion = nn.CrossEntropyLoss()  # M
optimizer = torch.optim.Adam(net.parameters())  # M
for epoch in range(50):  # T
    for xb, yb in loader:  # T
        optimizer.zero_grad()  # T
        loss = criterion(net(xb), yb)  # T
        loss.backward()  # T
        optimizer.step()  # T
net.eval()  # Q
with torch.no_grad():  # Q
    out = net(torch.tensor(X_test).float()).argmax(1)  # P
print(accuracy_score(y_test, out))  # Q
