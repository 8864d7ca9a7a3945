import torch  # I
import torch.nn as nn  # I
import torch.nn.functional as F  # I
import torch.optim as optim  # I
from torch.utils.data import DataLoader  # I
from torchvision import datasets, transforms  # I


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(784, 128)  # M
        self.fc2 = nn.Linear(128, 10)  # M

    def forward(self, x):
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc2(x)


def train(model, device, loader, optimizer, epoch):
    model.train()  # T
    for data, target in loader:  # T
        data, target = data.to(device), target.to(device)  # T
        optimizer.zero_grad()  # T
        loss = F.cross_entropy(model(data), target)  # T
        loss.backward()  # T
        optimizer.step()  # T


def test(model, device, loader):
    model.eval()  # Q
    correct = 0
    with torch.no_grad():  # Q
        for data, target in loader:  # Q
            output = model(data.to(device))  # P
            correct += output.argmax(1).eq(target.to(device)).sum().item()  # Q
    print("accuracy", correct / len(loader.dataset))  # Q


def main():
    device = torch.device("cpu")
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.13,), (0.3,))])  # F
    train_loader = DataLoader(datasets.MNIST("data", train=True, transform=tf), batch_size=64)  # D
    test_loader = DataLoader(datasets.MNIST("data", train=False, transform=tf), batch_size=1000)  # D
    model = Net().to(device)  # M
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)  # M
    for epoch in range(1, 4):  # T
        train(model, device, train_loader, optimizer, epoch)  # T
        test(model, device, test_loader)  # Q


if __name__ == "__main__":
    main()
