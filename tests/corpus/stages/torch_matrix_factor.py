import pandas as pd  # I
import torch  # I

ratings = pd.read_csv("ratings.csv")  # D
users = torch.tensor(ratings["user"].values)  # F
items = torch.tensor(ratings["item"].values)  # F
target = torch.tensor(ratings["rating"].values, dtype=torch.float32)  # F
u = torch.nn.Embedding(1000, 8)  # M
v = torch.nn.Embedding(2000, 8)  # M
opt = torch.optim.Adagrad([*u.parameters(), *v.parameters()], lr=0.1)  # M
for epoch in range(20):  # T
    guess = (u(users) * v(items)).sum(1)  # T
    loss = ((guess - target) ** 2).mean()  # T
    opt.zero_grad()  # T
    loss.backward()  # T
    opt.step()  # T
