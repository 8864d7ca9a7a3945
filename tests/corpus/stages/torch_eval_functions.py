import torch  # I
import torch.nn as nn  # I
from torchvision.datasets import CIFAR10  # I
from torchvision.transforms import ToTensor  # I


def make_model():
    return nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.Flatten(), nn.Linear(4704, 10))  # M


def run_epoch(model, loader, opt, criterion):
    for x, y in loader:  # T
        opt.zero_grad()  # T
        criterion(model(x), y).backward()  # T
        opt.step()  # T


@torch.no_grad()
def accuracy(model, loader):
    hits = 0
    for x, y in loader:  # Q
        hits += (model(x).argmax(1) == y).sum().item()  # Q
    return hits / len(loader.dataset)  # Q


train_loader = torch.utils.data.DataLoader(CIFAR10("d", transform=ToTensor()), 128)  # D
model = make_model()  # M
opt = torch.optim.AdamW(model.parameters())  # M
for epoch in range(10):  # T
    run_epoch(model, train_loader, opt, nn.CrossEntropyLoss())  # T
print("accuracy", accuracy(model, train_loader))  # Q
