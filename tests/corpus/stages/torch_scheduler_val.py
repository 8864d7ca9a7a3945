import torch  # I
from torch.utils.data import DataLoader, random_split  # I
import torchvision.transforms as T  # I
from torchvision.datasets import ImageFolder  # I
from torchvision.models import resnet50  # I

dataset = ImageFolder("birds", transform=T.Compose([T.Resize(224), T.ToTensor()]))  # D
train_set, val_set = random_split(dataset, [0.8, 0.2])  # F
train_dl = DataLoader(train_set, 32, shuffle=True)  # D
val_dl = DataLoader(val_set, 32)  # D
model = resnet50(num_classes=200)  # M
criterion = torch.nn.CrossEntropyLoss()  # M
optimizer = torch.optim.SGD(model.parameters(), 0.1)  # M
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)  # M
for epoch in range(30):  # T
    model.train()  # T
    for x, y in train_dl:  # T
        optimizer.zero_grad()  # T
        criterion(model(x), y).backward()  # T
        optimizer.step()  # T
    scheduler.step()  # T
