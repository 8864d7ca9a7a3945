import numpy as np  # I
import torch  # I

x = torch.linspace(-3, 3, 2000)  # D
y = torch.sin(x)  # F
model = torch.nn.Sequential(torch.nn.Linear(3, 1), torch.nn.Flatten(0, 1))  # M
loss_fn = torch.nn.MSELoss(reduction="sum")  # M
xx = x.unsqueeze(-1).pow(torch.tensor([1, 2, 3]))  # F
opt = torch.optim.RMSprop(model.parameters(), lr=1e-3)  # M
for t in range(2000):  # T
    y_pred = model(xx)  # T
    loss = loss_fn(y_pred, y)  # T
    opt.zero_grad()  # T
    loss.backward()  # T
    opt.step()  # T
print(f"Result: {loss.item()}")  # Q
