# %%
import torch  # I
from torch import nn  # I
# %%
def batches(x, n):
    return x.split(n)  # F
x = torch.load("x.pt")  # D
# %%
model = nn.Linear(10, 1)  # M
opt = torch.optim.SGD(model.parameters(), 0.01)  # M
# %%
for b in batches(x, 64):  # T
    loss = model(b).pow(2).mean()  # T
    opt.zero_grad()  # T
    loss.backward()  # T
    opt.step()  # T
