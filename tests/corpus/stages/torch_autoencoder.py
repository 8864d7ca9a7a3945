import torch  # I
from torch import nn  # I

data = torch.load("signals.pt")  # D
mean = data.mean(0)  # F
data = (data - mean) / data.std(0)  # F
encoder = nn.Sequential(nn.Linear(64, 16), nn.Tanh())  # M
decoder = nn.Linear(16, 64)  # M
params = list(encoder.parameters()) + list(decoder.parameters())  # M
optimizer = torch.optim.Adam(params)  # M
for step in range(1000):  # T
    batch = data[torch.randint(len(data), (256,))]  # T
    loss = nn.functional.mse_loss(decoder(encoder(batch)), batch)  # T
    optimizer.zero_grad()  # T
    loss.backward()  # T
    optimizer.step()  # T
codes = encoder(data)  # P
torch.save(codes, "codes.pt")
