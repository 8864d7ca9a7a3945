import os  # I
import torch  # I
from torch.utils.data import Dataset, DataLoader  # I
from torchvision.io import read_image  # I
import torchvision  # I


class Photos(Dataset):
    def __init__(self, folder):
        self.files = sorted(os.listdir(folder))  # D
        self.folder = folder

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        image = read_image(os.path.join(self.folder, self.files[i]))  # D
        return image.float() / 255


data = Photos("photos")  # D
loader = DataLoader(data, batch_size=8, num_workers=2)  # D
model = torchvision.models.mobilenet_v2(num_classes=2)  # M
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)  # M
for epoch in range(5):  # T
    for images in loader:  # T
        loss = model(images).square().mean()  # T
        optimizer.zero_grad()  # T
        loss.backward()  # T
        optimizer.step()  # T
torch.save(model.state_dict(), "photos.pt")
